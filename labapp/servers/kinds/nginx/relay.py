"""The side process that takes in Nginx's access log, and hands each request on as an event of the server.

Only some ten datagrams fit into the queue of a unix socket, and Nginx does not wait: whoever reads must do
nothing else. It hands on to the socket at which the lab hears of every server, where thousands fit. What is
lost all the same is counted: beside each datagram Nginx writes one byte to a file, and loses none of those.
"""

import os
import select
import socket
import subprocess
import sys
import time
from collections import deque
from contextlib import suppress
from pathlib import Path

from labapp.observe.server_events import SOCKET_KIND
from labapp.servers.kinds.nginx.access import event

_RUN = """\
import sys
sys.path.append(sys.argv[1])
from labapp.servers.kinds.nginx.relay import main
main(sys.argv[2:])
"""
_LONGEST = 64 * 1024
_MOST = 1000  # At a time, so that what came is handed on.
_PENDING = 50_000
_PATIENCE = 2.0
_MALFORMED = b"a line that is none of the lab's"


class Relay:
    """One such process, from its start to its end; it ends with this one at the latest."""

    def __init__(self, access: Path, count: Path, events: Path) -> None:
        source = str(Path(__file__).parents[4])
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener, count.open("ab+") as counter:
            listener.bind(str(access))
            listener.setblocking(False)
            handed_on = [listener.fileno(), counter.fileno()]
            arguments = [source, *map(str, handed_on), str(events), str(os.getpid())]
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _RUN, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
                pass_fds=handed_on,
            )

    @property
    def pid(self) -> int:
        """Its pid."""
        return self._process.pid

    def close(self) -> None:
        """Let it hand on what it has, and end; idempotent."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class _Line:
    """From one socket to the other, until nobody wants it."""

    def __init__(self, listener: socket.socket, count: int, events: str) -> None:
        self._listener = listener
        self._count = count
        self._events = events
        self._outlet: socket.socket | None = None
        self._pending: deque[bytes] = deque()
        self._came = self._lost = self._unsent = 0

    def run(self, pipe: int, caller: int) -> None:
        """Hand on what comes, until the caller closes its end of the pipe or is gone: a child may hold it."""
        poll = select.poll()
        poll.register(pipe, select.POLLIN)
        poll.register(self._listener, select.POLLIN)
        wanted = True
        while wanted:
            # What cannot be handed on now is tried again soon: the lab takes it in every few hundredths.
            ready = poll.poll(10 if self._pending else 300)
            wanted = all(descriptor != pipe for descriptor, _ in ready) and os.getppid() == caller
            self._receive()
            self._hand_on()

    def _receive(self) -> None:
        # Who was counted has been sent before, and waits in the queue now, or is lost.
        counted = os.fstat(self._count).st_size
        found: list[bytes] = []
        with suppress(BlockingIOError):
            while len(found) < _MOST:
                found.append(self._listener.recv(_LONGEST))
        self._came += len(found)
        if len(found) < _MOST:
            # Fewer than that, while one that came is not counted yet; a later look sees the rest.
            lost = max(0, counted - self._came - self._lost)
            self._unsent += lost
            self._lost += lost
        shift = time.time() - time.monotonic()
        for data in found:
            try:
                line = event(data, self._unsent, shift)
            except ValueError:
                self._append(_MALFORMED)
                continue
            self._unsent = 0 if self._append(line) else self._unsent + 1

    def _append(self, line: bytes) -> bool:
        if len(self._pending) < _PENDING:
            self._pending.append(line)
            return True
        return False

    def _hand_on(self) -> None:
        """Send what is pending, as far as it is taken."""
        try:
            if self._outlet is None and self._pending:
                self._outlet = socket.socket(socket.AF_UNIX, SOCKET_KIND)
                self._outlet.setblocking(False)
                self._outlet.connect(self._events)
            while self._outlet and self._pending:
                self._outlet.send(self._pending[0])
                self._pending.popleft()
        except BlockingIOError:
            return
        except OSError:  # Nobody is there, or not yet.
            if self._outlet is not None:
                self._outlet.close()
            self._outlet = None


def main(arguments: list[str]) -> None:
    """Run with the descriptors of the socket and of the count, the path of the events, the caller's pid."""
    listener, counter, events, caller = arguments
    _Line(socket.socket(fileno=int(listener)), int(counter), events).run(sys.stdin.fileno(), int(caller))
