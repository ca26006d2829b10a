"""One run of the sampler, and the thread of this process that listens to it."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from labapp.observe.feed.messages import (
    Callback,
    Exited,
    FeedEnded,
    FeedMessage,
    LogLines,
    ServerEvents,
    TreeChanged,
)
from labapp.observe.sampler import ProcessDecoder
from labapp.observe.server_events import decode_events

_TAIL = 500
# A line about 500 processes fits, so that few turns of the interpreter lock suffice to read it.
_BUFFER = 256 * 1024
_PATIENCE = 2.0


class SamplerClient:
    """One run of the sampler, and the thread that reads it."""

    def __init__(
        self,
        command: list[str],
        callback: Callback,
        errors: list[Exception],
        handed_on: Sequence[int] = (),
    ) -> None:
        self.over = False
        self._errors = errors
        self._lock = threading.Lock()
        self._new = [callback]
        self._callbacks: list[Callback] = []
        self._tree: TreeChanged | None = None
        self._tail: deque[str] = deque(maxlen=_TAIL)
        self._processes = ProcessDecoder()
        self._reason = ""
        self.sampler = subprocess.Popen(
            command,
            bufsize=_BUFFER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # What it might say in despair is no JSON, and becomes the reason of its end.
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=handed_on,
        )
        self._thread = threading.Thread(target=self._run, name=f"feed-{self.sampler.pid}", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def join(self, callback: Callback) -> bool:
        """Add a subscriber, and have the sampler wake the thread; False when it is too late."""
        with self._lock:
            if self.over:
                return False
            if self._ring():
                self._new.append(callback)
                return True
            return False

    def leave(self, callback: Callback) -> None:
        """Remove a subscriber; the last one takes the sampler with it."""
        with self._lock:
            for callbacks in (self._new, self._callbacks):
                with suppress(ValueError):
                    callbacks.remove(callback)
            last = not self._new and not self._callbacks
        if last:
            self.stop()

    def stop(self) -> None:
        """Ask the sampler to end."""
        with self._lock:
            self.over = True
            self._hang_up()

    def wait(self) -> None:
        """Wait until the thread has ended, unless this is it; a sampler that does not end is ended."""
        if threading.current_thread() is self._thread:
            return
        self._thread.join(_PATIENCE)
        if self._thread.is_alive():
            self.sampler.kill()
            self._thread.join(_PATIENCE)

    def _ring(self) -> bool:
        assert self.sampler.stdin is not None
        try:
            os.write(self.sampler.stdin.fileno(), b"?")
        except (BrokenPipeError, ValueError):
            return False
        return True

    def _hang_up(self) -> None:
        assert self.sampler.stdin is not None
        with suppress(BrokenPipeError):
            self.sampler.stdin.close()

    def _run(self) -> None:
        assert self.sampler.stdout is not None
        with self.sampler.stdout as lines:
            for line in lines:
                self._on_line(line)
        self.sampler.wait()
        self.stop()
        self._welcome()
        self._publish(FeedEnded(self._reason))
        self._callbacks.clear()

    def _on_line(self, line: bytes) -> None:
        """Welcome the new subscribers, then pass on to all what the line says."""
        self._welcome()
        try:
            fields = json.loads(line)
        except ValueError:
            self._reason = line.decode(errors="replace").strip()
            return
        message = self._message(fields)
        if message is not None:
            self._publish(message)

    def _welcome(self) -> None:
        """Send new subscribers what they have missed; from now on they get what all get."""
        with self._lock:
            new, self._new = self._new, []
            self._callbacks += new
        for past in self._present() if new else ():
            for callback in new:
                self._call(callback, past)

    def _present(self) -> list[FeedMessage]:
        """Return what a late subscriber has missed."""
        tail = [LogLines(list(self._tail))] if self._tail else []
        return [*([self._tree] if self._tree is not None else []), *tail]

    def _message(self, fields: dict[str, Any]) -> FeedMessage | None:
        match fields["kind"]:
            case "tree":
                self._tree = TreeChanged(fields["at"], self._processes.decode(fields["processes"]))
                return self._tree
            case "exit":
                return Exited(fields["pid"], fields["status"])
            case "log":
                self._tail.extend(fields["lines"])
                return LogLines(fields["lines"], fields["skipped"])
            case "events":
                return ServerEvents(decode_events(fields["events"]), fields["malformed"])
            case "end":
                self._reason = fields["reason"]
        return None

    def _publish(self, message: FeedMessage) -> None:
        for callback in tuple(self._callbacks):
            self._call(callback, message)

    def _call(self, callback: Callback, message: FeedMessage) -> None:
        if callback not in self._callbacks:
            return
        try:
            callback(message)
        except Exception as error:
            self._errors.append(error)
            self.leave(callback)
