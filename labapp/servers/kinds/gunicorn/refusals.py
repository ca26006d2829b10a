"""What is wrong with a command before Gunicorn sees it: what it would be slow to find out, or never say."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from labapp.servers.diagnosis import Diagnosis
from labapp.servers.kinds.gunicorn import binds, certificates


def refusals(
    addresses: Sequence[str], certificate: str, key: str, variables: Mapping[str, str], start: Path
) -> Iterator[Diagnosis]:
    """Yield what is wrong with the addresses, the certificate and the variables of a command."""
    workers = variables.get("WEB_CONCURRENCY", "1")
    if not workers.strip().lstrip("+-").isdecimal():
        yield Diagnosis(
            f"The variable WEB_CONCURRENCY is {workers!r}, and Gunicorn reads a number of workers from it.",
            "set it to a number, or leave it out and write --workers 2.",
        )
    yield from filter(None, map(binds.misread, addresses))
    yield from filter(None, (binds.unusable(bind, start) for bind in addresses))
    if certificate:
        found = certificates.unusable(start / certificate, start / key if key else None)
        yield from filter(None, [found])
