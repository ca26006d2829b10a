"""What the answers to somebody alone tell of a path."""

from __future__ import annotations

from labapp.examine.figures import Probe
from labapp.load import ERRORS, Load


def told(path: str, load: Load, before: Probe | None = None) -> Probe:
    """Return what the answers to somebody alone tell; one that never came does not unsay those before."""
    found = before
    for one in load.exchanges:
        if one.error == "timeout":
            limit = f"none within {one.since_sent:.3g} s"
            return found or Probe(path, 0, one.since_sent, error=limit, waited=True)
        error = ERRORS.get(one.error, one.error)
        fastest = min(one.since_sent, found.seconds) if found else one.since_sent
        found = Probe(path, one.status, fastest, error=error)
        if not found.usable:
            break
    return found or Probe(path, 0, 0.0, error=load.cut or "it was not asked")
