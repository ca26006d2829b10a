"""A server under its guard, as the process that started it sees it: two pipes and a pid."""

import json
import os
import select
import time
from collections.abc import Mapping
from contextlib import suppress
from threading import RLock

from labapp.observe.kernel import started_at
from labapp.servers.command import Command
from labapp.servers.guard import records
from labapp.servers.guard.hiring import Hired, encode_order
from labapp.servers.guard.spare import take_spare

CLEANUP = 5.0  # Seconds in which a guard must have ended its family; it plans for less than two.


class GuardClient:
    """Starts a guard with its server, knows what the guard reported, lets go of both.

    Any thread may use it. `ended` is true when no process of the server is left; `status` is then how its
    last master ended, as `subprocess` tells it: 3 for an exit status, -9 for a signal.
    """

    def __init__(self, command: Command, environment: Mapping[str, str], record: records.Record) -> None:
        self.record = record
        self.ended = False
        self.lost = False  # The guard itself was killed: nobody knows how its server ended.
        self.status: int | None = None
        self.failed_master: int | None = None  # How its only master failed, while others live on.
        self.failure: int | None = None  # The errno of a program that could not be executed.
        self._lock = RLock()
        self._buffer = b""
        hired = _hire(command, {**environment, records.MARKER: str(record.directory)}, record)
        self._guard, self._control, self._reports = hired.process, hired.control, hired.reports
        record.guard = self._guard.pid
        try:
            record.guard_started = started_at(self._guard.pid) or 0.0
        except BaseException:  # No file can be opened any more, as a rule: nobody else knows of it yet.
            hired.let_go()
            self._guard.wait(CLEANUP)
            raise

    @property
    def pid(self) -> int:
        """The guard's own pid: the root of the server's process tree."""
        return self._guard.pid

    @property
    def over(self) -> bool:
        """Whether no process of the server is left."""
        self.poll()
        return self.ended

    @property
    def released(self) -> bool:
        """Whether the guard was let go, and with it the server."""
        return self._control < 0

    def poll(self) -> None:
        """Take in what the guard has reported since the last time."""
        with self._lock:
            while self._reports >= 0:
                try:
                    chunk = os.read(self._reports, 4096)
                except BlockingIOError:
                    return
                if not chunk:
                    os.close(self._reports)
                    self._reports = -1
                    self.lost = not self.released and not self.ended
                    self.ended = True
                *lines, self._buffer = (self._buffer + chunk).split(b"\n")
                for line in lines:
                    self._take(json.loads(line))

    def _take(self, report: dict[str, object]) -> None:
        match report:
            case {"event": "started", "pid": int(pid)}:
                self.record.server, self.record.server_started = pid, started_at(pid) or 0.0
            case {"event": "failed", "errno": int(number)}:
                self.failure = number
            case {"event": "left", "status": int(status)}:
                self.failed_master = status
            case {"event": "ended", "status": status}:
                self.ended = True
                self.status = status if isinstance(status, int) else None

    def wait(self, seconds: float, *others: int) -> None:
        """Wait until the guard reports or one of these other descriptors is readable, at most this long."""
        poll = select.poll()
        with self._lock:
            for descriptor in (self._reports, *others):
                if descriptor >= 0:
                    poll.register(descriptor, select.POLLIN)
        poll.poll(max(0.0, seconds) * 1000)
        self.poll()

    def dismiss(self) -> None:
        """Let the guard end what is left of the server, and remove its directory."""
        with self._lock:
            if not self.released:
                # Where the guard is gone, nobody reads it.
                with suppress(BrokenPipeError):
                    os.write(self._control, b".")
                os.close(self._control)
                self._control = -1

    def release(self) -> None:
        """Do so, and wait until it is done."""
        self.dismiss()
        deadline = time.monotonic() + CLEANUP
        while self._reports >= 0 and time.monotonic() < deadline:
            self.wait(0.1)
        if self._reports >= 0:
            raise TimeoutError(f"Guard {self.pid} has not ended its children in {CLEANUP:g} s.")
        self._guard.wait()


def _hire(command: Command, environment: Mapping[str, str], record: records.Record) -> Hired:
    """Have a guard start a server: the one that waits for it, if there is one, else a new one."""
    order = encode_order(record.directory, command.cwd, command.program, command.argv, environment)
    with record.log.open("ab") as log:  # It is there from now on, whoever writes into it.
        if (waiting := take_spare()) and _given(waiting, order):
            return waiting
        hired = Hired.new(cwd=command.cwd, environment=environment, output=log)
    _given(hired, order)  # Where it was not, the guard is lost, and that is told as ever.
    return hired


def _given(hired: Hired, order: bytes) -> bool:
    """Give a guard its order; False if it has ended."""
    try:
        hired.give(order)
    except BrokenPipeError:
        return False
    except BaseException:
        hired.let_go()
        raise
    return True
