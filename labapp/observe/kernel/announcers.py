"""Which announcements of process events this system gives."""

# Each source exists on one system only, and is imported there; without the `else`, mypy would not see that.
# ruff: noqa: PLC0415, RET505

from __future__ import annotations

import sys

from labapp.observe.kernel.announcements import Announcer

KINDS = ("auto", "netlink", "exits")


def open_announcer(kind: str = "auto") -> Announcer:
    """Return the best source there is, or the one of `KINDS` that is asked for.

    `netlink` raises OSError where the kernel does not announce; `exits` is what remains there.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown announcer {kind!r}: choose from {', '.join(KINDS)}")
    if sys.platform != "linux":
        from labapp.observe.kernel.kqueue import Kqueue

        return Kqueue()
    else:
        from labapp.observe.kernel.netlink import Netlink
        from labapp.observe.kernel.pidfds import Pidfds

        if kind == "exits":
            return Pidfds()
        try:
            return Netlink()
        except OSError:
            if kind == "netlink":
                raise
            return Pidfds()
