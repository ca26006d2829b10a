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
from labapp.observe.feed.sampler_client import Watch
from labapp.observe.kernel.identity import started_at

_RUN = """\
import sys
sys.path.append(sys.argv[1])
from labapp.observe.sampler.sampler import main
main(sys.argv[2:])
"""


class Feed:
    """Watches the descendants of `root` and the log at `log_path` while somebody subscribes.

    All callbacks are called from one thread, in the order of the events. One that raises is dropped, and its
    error kept in `errors`. `events` is of `announcers.KINDS`, `$LABAPP_EVENTS` unless given.
    At `talk`, a socket of `datagrams.listen`, the server's processes send their events; the caller closes it.
    """

    def __init__(
        self,
        root: int,
        log_path: str | Path,
        *,
        events: str | None = None,
        talk: socket.socket | None = None,
    ) -> None:
        self.root = root
        self.log_path = Path(log_path)
        self.errors: list[Exception] = []
        self._started = started_at(root)
        self._events = events
        self._talk = talk
        self._lock = threading.Lock()
        self._watch: Watch | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The pid of the sampler, None while nobody subscribes."""
        watch = self._watch
        return watch.sampler.pid if watch is not None and not watch.over else None

    def subscribe(self, callback: Callback) -> Callable[[], None]:
        """Call `callback` with what there is now and whatever happens from now on; return how to end that."""
        with self._lock:
            if self._watch is None or not self._watch.join(callback):
                self._watch = Watch(self._command(), callback, self.errors, self._handed_on)
                self._watch.start()
            watch = self._watch

        def unsubscribe() -> None:
            watch.leave(callback)

        return unsubscribe

    def close(self) -> None:
        """End the watching: subscribers get `FeedEnded`. A later subscriber starts it anew."""
        with self._lock:
            watch, self._watch = self._watch, None
        if watch is not None:
            watch.stop()
            watch.wait()

    @property
    def _handed_on(self) -> list[int]:
        """The descriptors that the sampler is to inherit."""
        return [] if self._talk is None else [self._talk.fileno()]

    def _command(self) -> list[str]:
        events = self._events or os.environ.get("LABAPP_EVENTS") or "auto"
        source = str(Path(__file__).parents[3])
        # It needs no installed package where there is /proc, and starts faster without looking for them.
        flags = ["-I", "-S"] if sys.platform == "linux" else ["-I"]
        talk = self._handed_on or [-1]
        arguments = self.root, self._started or 0.0, self.log_path, events, os.getpid(), *talk
        return [sys.executable, *flags, "-c", _RUN, source, *map(str, arguments)]
