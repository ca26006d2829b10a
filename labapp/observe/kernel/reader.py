"""Which reader of the process tree this system gives."""

from __future__ import annotations

from typing import Protocol, Self

from labapp.observe.kernel.process import Process
from labapp.observe.kernel.procfs import ProcfsReader, lists_children


class Reader(Protocol):
    """Reads the descendants of one process again and again."""

    def read(self) -> list[Process]:
        """Return the descendants now, depth first, each parent's children in order of birth."""

    def forked(self) -> bool:
        """Tell, more cheaply where that is possible, whether a read would find other processes."""

    def close(self) -> None:
        """Release what is kept between two reads."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


def open_reader(
    root: int, *, predecessor: str = "", budget: int | None = None, window: float = 0.25
) -> Reader:
    """Return a reader of the descendants of `root`: from `/proc` where there is one, else through psutil.

    `predecessor` is the environment variable, if any, in which a new master is told whom it is to succeed.
    `budget` bounds the files it keeps open (a quarter of the limit unless told); CPU shares are taken over
    at least `window` seconds.
    """
    if lists_children():
        return ProcfsReader(root, predecessor=predecessor, budget=budget, window=window)
    from labapp.observe.kernel.portable import PsutilReader  # noqa: PLC0415 - slow to import, and rarely needed

    return PsutilReader(root, predecessor=predecessor, window=window)
