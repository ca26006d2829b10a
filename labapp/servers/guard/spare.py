"""A guard started in advance, which waits for its order: a server need not wait until Python has started.

What it has inherited it hands on to its server. It is used only while the process that started it would hand
on the same; else it is ended, and another is started.
"""

import atexit
import os
import signal
import subprocess
import sys
import time
from _thread import start_new_thread
from contextlib import suppress
from threading import Event, Lock

from labapp.servers.guard import hiring
from labapp.servers.guard.hiring import Hired, allow_descriptors
from labapp.servers.guard.inheritance import inheritance

ASIDE = 0.005  # Seconds in which who asked for one returns, from whom its start would take the interpreter.
# By what each was born with. Taken from in one step, so that no two launches get the same one.
_waiting: list[tuple[object, Hired]] = []
_preparing = Lock()
_wanted = Event()


def prepare_spare() -> None:
    """Have one wait, if none does; this thread goes on meanwhile."""
    if not _waiting:
        _wanted.set()
        with suppress(RuntimeError):  # No thread can be started any more.
            start_new_thread(_prepare, ())  # A `Thread` would be waited for until it has begun.


def _prepare() -> None:
    time.sleep(ASIDE)
    if _waiting or not _preparing.acquire(blocking=False):
        return
    try:
        if (birth := _birth()) is None:
            return
        # Nothing of this process's: neither its directory nor its variables are to be held or shown by it.
        libraries = {name: value for name, value in os.environ.items() if name.startswith("LD_")}
        with suppress(OSError):  # A launch will say what there is too little of.
            _waiting.append((birth, Hired.new(cwd="/", environment=libraries, output=subprocess.DEVNULL)))
        if not _wanted.is_set():  # Any more: nobody knew of this one then.
            dismiss_spares()
    finally:
        _preparing.release()


def take_spare() -> Hired | None:
    """Return one that is as one started now would be."""
    birth = _birth() if _waiting else None
    with suppress(IndexError):
        while True:
            born, hired = _waiting.pop()
            hired.process.send_signal(signal.SIGCONT)  # Somebody may have stopped it, or ended it.
            if born == birth and hired.process.returncode is None:
                return hired
            hired.dismiss()
    return None


@atexit.register
def dismiss_spares() -> None:
    """End those that wait, and one that is about to."""
    _wanted.clear()
    with suppress(IndexError):
        while True:
            _waiting.pop()[1].dismiss()


def _birth() -> tuple[object, ...] | None:
    """Return what decides whether a guard is like another; None where that cannot be known."""
    if sys.platform != "linux":
        return None
    allow_descriptors()
    inherited = inheritance()
    return inherited and (os.getpid(), sys.executable, hiring.GUARD, *inherited)
