"""How many workers and threads Gunicorn is asked for, and how long it lets something take."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from labapp.servers.command import Size, Sizing
from labapp.servers.kinds.gunicorn.options import Given

_WORKERS, _CLASS = ("--workers", "-w"), ("--worker-class", "-k")
_THREADED = Sizing(_WORKERS, ("--threads",), Size(1, 1), threaded=MappingProxyType({"gthread": _CLASS}))
_WORKERS_ALONE = Sizing(_WORKERS, alone=Size(1))
_TIMEOUTS = {"timeout": 30.0, "graceful_timeout": 30.0}


def sizing(given: Given) -> Sizing:
    """Return its options: threads are for the workers that have them."""
    chosen = str(given.value("worker_class") or "sync").rpartition(".")[2].lower()
    return _THREADED if chosen in ("sync", "syncworker", "gthread", "threadworker") else _WORKERS_ALONE


def size(given: Given, settings: Mapping[str, str]) -> Size:
    """Return what it is given, else what it has unless told."""
    own = sizing(given).alone
    workers = given.value("workers")
    workers = settings.get("WEB_CONCURRENCY") if workers is None else workers
    threads = given.value("threads")
    if own.threads is None or (threads is None and "threads" in given.configured):  # Computed there.
        return Size(_whole(workers, own.workers))
    return Size(_whole(workers, own.workers), _whole(threads, own.threads))


def timeouts(given: Given) -> dict[str, float]:
    """Return its limits by their options."""
    found = {}
    for name, unless_told in _TIMEOUTS.items():
        value = given.value(name)
        found[f"--{name.replace('_', '-')}"] = float(_whole(value, int(unless_told)) or 0)
    return found


def _whole(value: Any, unless_told: int | None) -> int | None:
    return int(value) if isinstance(value, int | str) and str(value).isdecimal() else unless_told
