"""Guard one server: start it, say how it ends, leave nothing of it behind.

A process of its own, in which `python -I -S` runs `main(CONTROL, STATUS, OWNER)`, started by the process that
wants a server, now or later (the owner). Through the control pipe it is told which. The server lives until
the owner lets go of that pipe, however the owner ends.
"""

# ruff: noqa: PLC0415, PTH123, SIM105
# The server waits for every import on this page: what can come after its start comes after it.

import _signal  # type: ignore[import-not-found]  # signal, without its enumerations
import posix as os  # Which is imported already; os itself would add a millisecond.
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

LINUX = sys.platform == "linux"
GRACE = 1.0  # Seconds between asking and killing: the whole clean-up has two.
TICK = 1.0 if LINUX else 0.1  # Elsewhere nothing announces the owner's end, nor that of a lost process.
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def find_prctl() -> "Callable[[int, int], object]":
    """Return what sets an attribute of this process, on Linux; it has then been called for the orphans."""
    try:  # ctypes itself takes longer to import than all else here; this part of it is promised to nobody.
        from _ctypes import call_function, dlopen, dlsym

        place = dlsym(dlopen(None, 0), "prctl")  # type: ignore[arg-type]
        call_function(place, (PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
    except (ImportError, TypeError):
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        return lambda option, value: ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
    return lambda option, value: call_function(place, (option, value, 0, 0, 0))


def handled() -> list[int]:
    """The signals of which this process, or Python for it, does something of its own."""
    own = (None, _signal.SIG_DFL)
    return [number for number in _signal.valid_signals() if _signal.getsignal(number) not in own]


def children(pid: int) -> set[int]:
    """The children of a process, where /proc tells."""
    found: set[int] = set()
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as listing:
                found.update(map(int, listing.read().split()))
    except OSError:
        pass
    return found


def related(server: int) -> set[int]:
    """The guard's descendants and the server's process group: for systems where orphans do not come home."""
    import subprocess

    listing = ["ps", "-A", "-o", "pid=,ppid=,pgid="]
    table = subprocess.run(listing, stdout=subprocess.PIPE, text=True, check=True).stdout
    rows = [tuple(map(int, row.split())) for row in table.splitlines()]
    found = {pid for pid, _, group in rows if group == server}
    while more := {pid for pid, parent, _ in rows if parent in {*found, os.getpid()}} - found:
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
        # Known before the order comes, for the server waits.
        self.handled = handled()
        if LINUX:
            self.prctl = find_prctl()
        self.masters: set[int] = set()
        self.ending: int | None = None
        self.ended = self.dismissed = self.left = self.listens = False

    def report(self, line: str) -> None:
        """Tell the owner, if it still listens; a status pipe that nobody reads must not stop the guard."""
        try:
            os.write(self.status, line.encode() + b"\n")
        except OSError:
            pass

    def receive(self) -> list[bytes]:
        """Wait for the order and return its parts; none if the owner ends, or wants no server any more."""
        received = b""
        while True:
            try:
                chunk = os.read(self.control, 65536)
            except BlockingIOError:
                self.listen()  # There is time for it now.
                self.poll.poll(TICK * 1000)
                if self.dismissed or os.getppid() != self.owner:
                    return []
                continue
            if not chunk:
                return []
            received += chunk
            length, _, order = received.partition(b"\n")
            if order and len(order) >= int(length):
                return order.split(b"\0")

    def start(self, cwd: bytes, program: bytes, count: bytes, *words: bytes) -> None:
        """Start the server in a session of its own; its words are followed by its variables."""
        argv, settings = list(words[: int(count)]), words[int(count) :]
        environment = dict(setting.split(b"=", 1) for setting in settings)
        guard = os.getpid()
        try:
            os.chdir(cwd)
            self.server = os.fork()
        except OSError as error:
            self.report(f'{{"event": "failed", "errno": {error.errno}}}')
            return
        if self.server == 0:
            self.become(program, argv, environment, guard)
        self.masters.add(self.server)
        self.report(f'{{"event": "started", "pid": {self.server}}}')

    def become(self, program: bytes, argv: list[bytes], environment: dict[bytes, bytes], guard: int) -> None:
        """Turn this forked child into the server; does not return."""
        try:
            os.setsid()
            # What Python ignores, what a shell lets its background jobs ignore, and what the owner's thread
            # blocks, exec would hand on. What the guard listens to is none of the server's.
            for number in self.handled:
                _signal.signal(number, _signal.SIG_DFL)
            _signal.pthread_sigmask(_signal.SIG_SETMASK, ())
            if LINUX:  # A second line of defence, should the guard itself be killed.
                self.prctl(PR_SET_PDEATHSIG, _signal.SIGTERM)
            if os.getppid() == guard:
                os.execve(program, argv, environment)
        except OSError as error:
            self.report(f'{{"event": "failed", "errno": {error.errno}}}')
        finally:
            os._exit(127)

    def listen(self) -> None:
        """Arrange to be woken by the owner, by the end of a child and by SIGTERM; idempotent."""
        if self.listens:
            return
        self.listens = True
        import select
        import signal

        self.wakeup, wake = os.pipe()
        for end in (self.wakeup, wake):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, self.dismiss)
        for ignored in (signal.SIGINT, signal.SIGHUP):
            signal.signal(ignored, signal.SIG_IGN)
        self.handled = handled()
        self.poll = select.poll()
        self.poll.register(self.wakeup, select.POLLIN)
        self.watched = [self.control]
        # The pipe alone misses the end of an owner whose forked child holds the other end too.
        if hasattr(os, "pidfd_open"):
            try:
                self.watched.append(os.pidfd_open(self.owner))
            except OSError:
                pass
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
            # The end of the pipe, or a word: there is no end while a process that the owner forked holds it.
            os.read(self.control, 1)
        except BlockingIOError:
            return False
        return True

    def wait(self, seconds: float) -> None:
        """Sleep until something happens, at most this long, then collect the dead."""
        self.poll.poll(seconds * 1000)
        try:
            while os.read(self.wakeup, 512):
                pass
        except BlockingIOError:
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
            left = not LINUX and self.group_left()
        if left:
            self.adopt()
            if not self.masters and self.ending and not self.left:
                self.left = True
                self.report(f'{{"event": "left", "status": {self.ending}}}')
        elif not self.ended:
            self.ended = True
            self.report(f'{{"event": "ended", "status": {"null" if self.ending is None else self.ending}}}')

    def group_left(self) -> bool:
        """Whether the server's process group still has a member, where orphans do not come home."""
        try:
            os.killpg(self.server, 0)
        except OSError:
            return False
        return True

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
        if self.server <= 0:
            return  # Nothing was forked; and group 0 would be somebody else's.
        import signal

        for descriptor in self.watched:
            self.poll.unregister(descriptor)
        told: set[int] = set()
        deadline = time.monotonic() + GRACE
        self.reap()
        while not self.ended:
            firm = time.monotonic() > deadline
            for pid in self.family() - (set() if firm else told):
                try:
                    os.kill(pid, signal.SIGKILL if firm else signal.SIGTERM)
                    os.kill(pid, signal.SIGCONT)
                except (ProcessLookupError, PermissionError):
                    pass
                told.add(pid)
            self.wait(0.01)


def remove(directory: str) -> None:
    """Remove a directory and all below it, following no link."""
    try:
        for entry in list(os.scandir(directory)):
            if entry.is_dir(follow_symlinks=False):
                remove(entry.path)
            else:
                os.unlink(entry.path)
        os.rmdir(directory)
    except OSError:
        pass


def write_into(log: bytes) -> None:
    """Have what this process says, and what it starts, written at the end of a file."""
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
    for output in (1, 2):
        os.dup2(descriptor, output)
    os.close(descriptor)


def main(control: str, status: str, owner: str) -> None:
    """Start the server that was ordered, watch over it, end it, remove its runtime directory."""
    guard = Guard(int(control), int(status), int(owner))
    if not (order := guard.receive()):
        return
    directory, *rest = order
    write_into(directory + b"/log")
    guard.start(*rest)
    try:
        # Where it listens already it will hear of the server's end; the server wants the processor now.
        if not (guard.listens and guard.server):
            guard.listen()
            guard.reap()
        while not guard.abandoned():
            guard.wait(TICK)
    finally:
        guard.end()
        remove(directory.decode(errors="surrogateescape"))
