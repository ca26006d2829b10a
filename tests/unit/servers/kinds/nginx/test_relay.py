"""What is lost between Nginx and the lab is counted, to the last line."""

import os
import socket
from pathlib import Path

from labapp.servers.kinds.nginx import relay

LINE = b'<190>Nov 30 00:00:00 labapp: 1.000 0.001 7 200 1 5 ["c1 ;","GET","/"]'


def test_every_line_that_is_lost_is_counted_once_and_hidden_by_none_that_is_not_counted_yet(
    tmp_path: Path,
) -> None:
    nginx, listener = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.setblocking(False)
    count = os.open(tmp_path / "count", os.O_CREAT | os.O_RDWR)
    with nginx, listener:
        line = relay._Line(listener, count, str(tmp_path / "nobody"))

        def look(sent: int, counted: int) -> tuple[int, int]:
            for _ in range(sent):
                nginx.send(LINE)
            os.ftruncate(count, counted)
            line._receive()
            return line._came, line._lost

        assert look(sent=8, counted=8) == (8, 0)
        # One more was lost, and counted; the one that came is not yet.
        assert look(sent=1, counted=9) == (9, 0)
        assert look(sent=0, counted=10) == (9, 1)
        assert look(sent=0, counted=10) == (9, 1)
        # Longer than a datagram: lost, although nothing else is in the queue.
        assert look(sent=0, counted=11) == (9, 2)
    os.close(count)
