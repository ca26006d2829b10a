"""A request that takes a while, under way while something happens to the server."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from http.client import HTTPConnection, HTTPException

from support.waiting import wait_for

from labapp import lab


def nap(seconds: float) -> str:
    """Return the path that is answered after so many seconds, whatever application serves."""
    return f"/wait?seconds={seconds}"


class Asking(threading.Thread):
    """A request that takes a while, and what comes of it."""

    def __init__(self, web: lab.Server, seconds: float) -> None:
        super().__init__()
        self._web, self._seconds = web, seconds
        self.status: int | str = ""

    def run(self) -> None:
        # Not by the server's own client, which hangs up when the server is to end.
        with closing(HTTPConnection(self._web.address, timeout=30)) as client:
            try:
                client.request("GET", nap(self._seconds))
                self.status = client.getresponse().status
            except (OSError, HTTPException) as error:
                self.status = type(error).__name__

    def under_way(self) -> int:
        """Wait until it is in a process, and return which."""
        since = time.monotonic()
        self.start()

        def flying() -> list[int]:
            served = self._web.timeline.now().served
            return [one.pid for one in served if one.begin >= since and one.path == "/wait"]

        return wait_for(flying, 10, "the request to be under way")[0]
