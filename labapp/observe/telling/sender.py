"""The events of an application's requests, sent from whichever process it serves in.

To send is to let another thread run, which under load costs a request more than all else here. So a few
events are sent at once, and what follows soon is gathered: a thread, which lives no longer than the load,
sends the ends, and the begins of those requests that stay. What a process that is killed under load has not
sent by then stays unsent.
"""

from __future__ import annotations

import atexit
import os
import sys
from _thread import allocate_lock, start_new_thread
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from time import monotonic, sleep
from typing import TYPE_CHECKING, TypeVar

from labapp.observe.server_events import EventSender, status_of
from labapp.observe.telling.request import (
    Target,
    Telling,
    encode_begin,
    encode_end,
    encode_ends,
    parted,
)

if TYPE_CHECKING:
    from labapp.observe.telling.unthreaded import Unthreaded

# So many events are sent at once in so many seconds; those that follow are gathered.
FEW, WINDOW = 8, 0.05
# For so many seconds, or until there are so many requests. The receiver looks no more often; each turn of the
# thread costs whoever serves.
GATHER, MANY = 0.02, 2000

T = TypeVar("T")


class Sender:
    """Sends for the process in which it is asked to: a server may fork after the application is loaded.

    Nothing that goes wrong is raised.
    """

    def __init__(self, path: str) -> None:
        self._events = EventSender(path)
        self._renewing = allocate_lock()
        self._begin_anew()
        atexit.register(self.leave)
        # To ask each time which process this is would cost. uWSGI forks unnoticed, but before it serves.
        os.register_at_fork(after_in_child=self.be_forked)

    def _begin_anew(self) -> None:
        self._ready = False
        self._lock = allocate_lock()
        self._new: deque[Telling] = deque()
        self._staying: list[Telling] = []
        self._gathering = False
        self._window, self._few = 0.0, 0
        self._unthreaded = None if _threads_run() else _unthreaded(self._events)

    def begin(self, target: Target, port: int | str | None) -> Telling:
        """Tell that a request begins: at once, or soon if it has not ended by then."""
        telling = Telling()
        telling.target, telling.port, telling.began = target, port, monotonic()
        try:
            if not self._ready:
                self._renew()
            if self._unthreaded is not None:
                self._unthreaded.begin(telling)
                return telling
            self._new.append(telling)
            if not self._gathering:
                self._send_or_gather()
            elif len(self._new) > MANY:
                self.flush()
        except Exception:  # Not by suppress(), which costs every request more.
            return telling
        return telling

    def end(self, telling: Telling) -> None:
        """Tell that it ends, with the status that was answered."""
        try:
            if telling.status is None:
                telling.status = status_of(None)
            telling.ended = monotonic()
            if self._unthreaded is not None:
                self._unthreaded.end(telling)
            elif not self._gathering:
                self._send_or_gather()
        except Exception:
            return

    def flush(self, stayed: float = 0.0) -> None:
        """Send the ends that there are, and the begins of requests that have stayed for so many seconds."""
        with self._lock:
            before, new = monotonic() - stayed, self._new
            begun, ended, staying = list[Telling](), list[Telling](), list[Telling]()
            together = defaultdict[Target, list[Telling]](list)
            for telling in self._staying + [new.popleft() for _ in range(len(new))]:
                if not telling.ended:
                    staying.append(telling)
                    if not telling.told and telling.began <= before:
                        telling.told = True
                        begun.append(telling)
                elif telling.told:
                    ended.append(telling)
                else:
                    together[telling.target].append(telling)
            self._staying = staying
            self._send(encode_begin, begun)
            self._send(encode_end, ended)
            self._send(encode_ends, parted(together.values()), len)

    def leave(self) -> None:
        """Send what this process, which is about to end, has left."""
        if self._events.pid == os.getpid():
            self.flush()

    def be_forked(self) -> None:
        """Leave to the parent what is its own."""
        self._ready = False

    def _renew(self) -> None:
        with self._renewing:
            if not self._ready:
                self._begin_anew()
                self._events.renew()
                self._ready = True

    def _send_or_gather(self) -> None:
        now = monotonic()
        if now - self._window > WINDOW:
            self._window, self._few = now, 0
        self._few += 1
        if self._few <= FEW:
            self.flush()
            return
        self._gathering = True
        try:
            start_new_thread(self._gather, ())
        except RuntimeError:  # There is no room for one.
            self._gathering = False
            self.flush()

    def _gather(self) -> None:
        with suppress(Exception):
            while self._something_is_left():
                while self._something_is_left():
                    self.flush(GATHER / 2)
                    sleep(GATHER)
                # Who came before this relies on this thread, which looks once more.
                self._gathering = False
        self._gathering = False

    def _something_is_left(self) -> bool:
        return bool(self._new) or any(one.ended or not one.told for one in self._staying)

    def _send(
        self,
        encode: Callable[[T, int, int], str],
        many: Iterable[T],
        number: Callable[[T], int] = lambda _: 1,
    ) -> None:
        pid = self._events.pid
        self._events.send_many(lambda one, lost: encode(one, pid, lost), many, number)


def _unthreaded(events: EventSender) -> Unthreaded:
    from labapp.observe.telling.unthreaded import Unthreaded  # noqa: PLC0415 (most have threads)

    return Unthreaded(events)


def _threads_run() -> bool:
    """Whether a thread of Python's own goes on between requests: in uWSGI, only if it was asked for."""
    uwsgi = sys.modules.get("uwsgi")
    return uwsgi is None or not {"threads", "enable-threads"}.isdisjoint(uwsgi.opt)
