"""Facts in words."""

import signal
from collections.abc import Sequence
from contextlib import suppress

_ORDERLY = (None, 0, -signal.SIGTERM, -signal.SIGINT)


def ending(status: int | None) -> str:
    """Say how a process ended: `exited with status 3`, `killed by SIGKILL`."""
    if status is None:
        return "ended, nobody saw how"
    if status >= 0:
        return f"exited with status {status}"
    with suppress(ValueError):
        return f"killed by {signal.Signals(-status).name}"
    return f"killed by signal {-status}"


def is_orderly(status: int | None) -> bool:
    """Whether a process ended as it was asked to, or nobody saw otherwise: no crash, and no KILL."""
    return status in _ORDERLY


def tells_of_crash(how: str) -> bool:
    """Whether the words `how` a server ended tell of an end that was not orderly."""
    return how not in map(ending, _ORDERLY)


def count(number: int, noun: str) -> str:
    """Return `1 worker`, `2 workers`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def enumerated(names: Sequence[str]) -> str:
    """Return `one`, `one and two`, `one, two and three`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def shortened(text: str, most: int = 600) -> str:
    """Return a text that is worth reading as it is; of a longer one its beginning and its end."""
    if len(text) <= most:
        return text
    return f"{text[: most * 3 // 4]} … {text[-most // 8 :]} ({len(text):,} characters)"
