"""Guard one server: start it, say how it ends, leave nothing of it behind.

A program of its own, run as `python -I -S guard.py CONTROL STATUS OWNER DIRECTORY PROGRAM ARGV...` by the
process that wants the server (the owner). The server lives until the owner lets go of the control pipe,
however the owner ends.
"""

# ruff: noqa: PLC0415, PTH106, PTH108, PTH123, PTH208 (every import counts: the server waits for it)

import os
import select
import signal
import sys
import time
from contextlib import suppress
from typing import NoReturn

LINUX = sys.platform == "linux"
GRACE = 1.0  # Seconds between asking and killing: the whole clean-up has two.
TICK = 1.0 if LINUX else 0.1  # Elsewhere nothing announces the owner's end, nor that of a lost process.
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def prctl(option: int, value: int) -> None:
    """Set an attribute of this process (Linux)."""
    import ctypes

    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def children(pid: int) -> set[int]:
    """The children of a process, as far as the system tells cheaply."""
    found: set[int] = set()
    with suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as listing:
                found.update(map(int, listing.read().split()))
    return found


def related(server: int) -> set[int]:
    """The guard's descendants and the server's process group: for systems where orphans do not come home."""
    import subprocess

    table = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,pgid="], stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    rows = [tuple(map(int, row.split())) for row in table.splitlines()]
    found = {pid for pid, _, group in rows if group == server}
    for _ in rows:
        more = {pid for pid, parent, _ in rows if parent in found or parent == os.getpid()} - found
        if not more:
            break
        found |= more
    return found


class Guard:
    """The parent of a server, and on Linux of every process that the server loses."""

    def __init__(self, control: int, status: int, owner: int) -> None:
        self.control, self.status, self.owner = control, status, owner
        for descriptor in (control, status):
            os.set_inheritable(descriptor, False)
            os.set_blocking(descriptor, False)
        self.server = 0
        self.masters: set[int] = set()
        self.ending: int | None = None
        self.ended = self.dismissed = False

    def report(self, line: str) -> None:
        """Tell the owner, if it still listens; a status pipe that nobody reads must not stop the guard."""
        with suppress(OSError):
            os.write(self.status, line.encode() + b"\n")

    def start(self, program: str, argv: list[str]) -> None:
        """Start the server in a session of its own."""
        guard = os.getpid()
        self.server = os.fork()
        if self.server == 0:
            self.become(program, argv, guard)
        self.masters.add(self.server)
        self.report(f'{{"event": "started", "pid": {self.server}}}')

    def become(self, program: str, argv: list[str], guard: int) -> NoReturn:
        """Turn this forked child into the server."""
        try:
            os.setsid()
            for ignored in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT, signal.SIGHUP):
                signal.signal(ignored, signal.SIG_DFL)  # What this process ignores, exec would hand on.
            signal.pthread_sigmask(signal.SIG_SETMASK, ())
            if LINUX:  # A second line of defence, should the guard itself be killed.
                prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() == guard:
                os.execv(program, argv)
        except OSError as error:
            self.report(f'{{"event": "failed", "errno": {error.errno}}}')
        finally:
            os._exit(127)

    def listen(self) -> None:
        """Arrange to be woken by the owner, by the end of a child and by SIGTERM."""
        self.wakeup, wake = os.pipe()
        for end in (self.wakeup, wake):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, self.dismiss)
        for ignored in (signal.SIGINT, signal.SIGHUP):
            signal.signal(ignored, signal.SIG_IGN)
        self.poll = select.poll()
        self.poll.register(self.wakeup, select.POLLIN)
        self.watched = [self.control]
        with suppress(
            AttributeError, OSError
        ):  # The pipe alone misses an owner whose forked child holds the other end.
            self.watched.append(os.pidfd_open(self.owner))
        for descriptor in self.watched:
            self.poll.register(descriptor, select.POLLIN)

    def dismiss(self, *_: object) -> None:
        """Note that the guard was told to end."""
        self.dismissed = True

    def abandoned(self) -> bool:
        """Whether the owner let go of the control pipe, or is gone."""
        if self.dismissed or os.getppid() != self.owner:
            return True
        try:
            return os.read(self.control, 1) == b""
        except BlockingIOError:
            return False

    def wait(self, seconds: float) -> None:
        """Sleep until something happens, at most this long, then collect the dead."""
        self.poll.poll(seconds * 1000)
        with suppress(BlockingIOError):
            while os.read(self.wakeup, 512):
                pass
        self.reap()

    def reap(self) -> None:
        """Collect the dead; report the end of the last one."""
        left = True
        try:
            while pid := (reaped := os.waitpid(-1, os.WNOHANG))[0]:
                if pid in self.masters:
                    self.masters.discard(pid)
                    self.ending = os.waitstatus_to_exitcode(reaped[1])
        except ChildProcessError:
            left = False
        if not LINUX and not left:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.server, 0)
                left = True
        if left:
            self.adopt()
        elif not self.ended:
            self.ended = True
            self.report(f'{{"event": "ended", "status": {"null" if self.ending is None else self.ending}}}')

    def adopt(self) -> None:
        """Tell successors from orphans among the processes that came home.

        A master that left in good order has handed over (a daemon's launcher, an upgrade by USR2). Whoever
        outlives one that was killed is a master only if it has children.
        """
        handed_over = not self.masters and self.ending == 0
        for pid in children(os.getpid()) - self.masters:
            if handed_over or children(pid):
                self.masters.add(pid)

    def family(self) -> set[int]:
        """The processes to end next: the guard's own children, whose pids stay theirs until it reaps them."""
        return (children(os.getpid()) if LINUX else set()) or related(self.server)

    def end(self) -> None:
        """Ask every process of the server to end, then kill what did not."""
        for descriptor in self.watched:
            self.poll.unregister(descriptor)
        told: set[int] = set()
        deadline = time.monotonic() + GRACE
        self.reap()
        while not self.ended:
            firm = time.monotonic() > deadline
            for pid in self.family() - (set() if firm else told):
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL if firm else signal.SIGTERM)
                    os.kill(pid, signal.SIGCONT)
                told.add(pid)
            self.wait(0.01)


def remove(directory: str) -> None:
    """Remove a directory and all below it, following no link."""
    with suppress(OSError):
        for entry in list(os.scandir(directory)):
            if entry.is_dir(follow_symlinks=False):
                remove(entry.path)
            else:
                os.unlink(entry.path)
        os.rmdir(directory)


def main(control: str, status: str, owner: str, directory: str, program: str, *argv: str) -> None:
    """Start the server, watch over it, end it, remove its runtime directory."""
    if LINUX:
        prctl(PR_SET_CHILD_SUBREAPER, 1)
    guard = Guard(int(control), int(status), int(owner))
    guard.listen()
    try:
        guard.start(program, list(argv))
        while not guard.abandoned():
            guard.wait(TICK)
    finally:
        guard.end()
        remove(directory)


if __name__ == "__main__":
    main(*sys.argv[1:])
