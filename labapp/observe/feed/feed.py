"""What happens to one server, handed to whoever subscribes."""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self

from labapp.observe.feed.messages import Callback
from labapp.observe.feed.sampler_client import SamplerClient
from labapp.observe.kernel import started_at

_RUN = """\
import sys
sys.path.append(sys.argv[1])
from labapp.observe.sampler import main
main(sys.argv[2:])
"""


class Feed:
    """Watches the descendants of `root` and the log at `log_path` while somebody subscribes.

    All callbacks are called from one thread, in the order of the events. One that raises is dropped, and its
    error kept in `errors`. `events` is of `announcers.KINDS`, `$LABAPP_EVENTS` unless given; `predecessor`
    as for `open_reader`. To `server_events`, a socket of `listen_for_events`, the server's processes send;
    the caller closes it.
    """

    def __init__(
        self,
        root: int,
        log_path: str | Path,
        *,
        events: str | None = None,
        predecessor: str = "",
        server_events: socket.socket | None = None,
    ) -> None:
        self.root = root
        self.log_path = Path(log_path)
        self.errors: list[Exception] = []
        self._started = started_at(root)
        self._events = events
        self._predecessor = predecessor
        self._server_events = server_events
        self._lock = threading.Lock()
        self._client: SamplerClient | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The pid of the sampler, None while nobody subscribes."""
        client = self._client
        return client.sampler.pid if client is not None and not client.over else None

    def subscribe(self, callback: Callback) -> Callable[[], None]:
        """Call `callback` with what there is now and whatever happens from now on; return how to end that."""
        with self._lock:
            if self._client is None or not self._client.join(callback):
                self._client = SamplerClient(self._command(), callback, self.errors, self._handed_on)
                self._client.start()
            client = self._client

        def unsubscribe() -> None:
            client.leave(callback)

        return unsubscribe

    def close(self) -> None:
        """End the watching: subscribers get `FeedEnded`. A later subscriber starts it anew."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.stop()
            client.wait()

    @property
    def _handed_on(self) -> list[int]:
        """The descriptors that the sampler is to inherit."""
        return [] if self._server_events is None else [self._server_events.fileno()]

    def _command(self) -> list[str]:
        events = self._events or os.environ.get("LABAPP_EVENTS") or "auto"
        source = str(Path(__file__).parents[3])
        # It needs no installed package where there is /proc, and starts faster without looking for them.
        flags = ["-I", "-S"] if sys.platform == "linux" else ["-I"]
        server_events = self._handed_on or [-1]
        root = self.root, self._started or 0.0, self._predecessor
        arguments = *root, self.log_path, events, os.getpid(), *server_events
        return [sys.executable, *flags, "-c", _RUN, source, *map(str, arguments)]
