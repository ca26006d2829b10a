"""What is lost between Nginx and the lab is counted, to the last line."""

import os
import socket
from pathlib import Path

from labapp.servers.kinds.nginx import relay

LINE = b'<190>Nov 30 00:00:00 labapp: 1.000 0.001 7 200 1 5 ["c1 ;","GET","/"]'


def test_a_line_that_is_not_counted_yet_hides_none_that_is_lost(tmp_path: Path) -> None:
    nginx, listener = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.setblocking(False)
    count = os.open(tmp_path / "count", os.O_CREAT | os.O_RDWR)
    with nginx, listener:
        line = relay._Line(listener, count, str(tmp_path / "nobody"))

        def look(sent: int, counted: int) -> None:
            for _ in range(sent):
                nginx.send(LINE)
            os.ftruncate(count, counted)
            line._receive()

        look(sent=relay._CROWD, counted=relay._CROWD)
        look(
            sent=1, counted=relay._CROWD + 1
        )  # One more was lost, and counted; the one that came is not yet.
        look(sent=0, counted=relay._CROWD + 2)
        look(sent=0, counted=relay._CROWD + 2)
        assert (line._came, line._lost, line._crowded) == (relay._CROWD + 1, 1, False)
    os.close(count)
