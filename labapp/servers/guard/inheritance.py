"""What a process hands on to those that it starts, as far as Linux tells."""

# ruff: noqa: PTH115, PTH208 (every launch waits for this)

import os

# Each a line of `status`: who one is, what one may, where one runs.
_LINES = (
    *(b"Umask:", b"Uid:", b"Gid:", b"Groups:", b"SigBlk:", b"SigIgn:", b"NoNewPrivs:", b"Seccomp"),
    *(b"Cap", b"Speculation", b"THP_enabled:", b"Cpus_allowed:", b"Mems_allowed:"),
)
_FILES = ("limits", "cgroup", "oom_score_adj")
_NOT_EVERYWHERE = ("personality", "coredump_filter", "timerslack_ns", "attr/current")


def inheritance() -> tuple[object, ...] | None:
    """Return what a process that this thread started now would have from it; None where nobody tells.

    The environment, the working directory and open files are not among it: who starts a server names them.
    """
    own = "/proc/thread-self"
    try:
        status = _read(f"{own}/status").splitlines()
        spaces = [os.readlink(f"{own}/ns/{name}") for name in sorted(os.listdir(f"{own}/ns"))]
        return (
            *(line for line in status if line.startswith(_LINES)),
            *(_read(f"{own}/{name}") for name in _FILES),
            *(_read_if_there(f"{own}/{name}") for name in _NOT_EVERYWHERE),
            *spaces,
            os.readlink(f"{own}/root"),
            os.sched_getscheduler(0),
            os.sched_getparam(0).sched_priority,
            os.getpriority(os.PRIO_PROCESS, 0),
        )
    except (OSError, AttributeError):
        return None


def _read(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(descriptor, 65536)
    finally:
        os.close(descriptor)


def _read_if_there(path: str) -> bytes:
    try:
        return _read(path)
    except OSError:
        return b""
