"""The layer around a WSGI application.

A request ends when its answer has been handed over: a list at once, and whatever else is iterated over when
the server lets go of it.
"""

from __future__ import annotations

from _thread import get_ident
from collections.abc import Callable, Iterable, Iterator
from functools import update_wrapper
from time import monotonic
from typing import TYPE_CHECKING, Any

from labapp.observe.server_events import ROWS
from labapp.observe.telling.request import PORTS, REMEMBERS, STATUSES, Begun, Target
from labapp.observe.telling.sender import Sender

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

MARK = "labapp.told"  # In the environ of a request that an outer layer tells of.
_WHOLE = (list, tuple)


def told_wsgi(application: WSGIApplication, sender: Sender) -> WSGIApplication:
    """Return the application with the layer around it."""
    begin, end = sender.begin, sender.end
    port_of, status_of, remembers = PORTS.known, STATUSES.known, REMEMBERS.known

    def layer(environ: WSGIEnvironment, start_response: Any) -> Iterable[bytes]:
        if MARK in environ:
            return application(environ, start_response)
        environ[MARK] = True
        try:  # As a rule all are there, and what is asked for is known: its row is written here.
            due, page, targets, count, begins, asked, ports, statuses, ends, numbers = sender.now
            target = targets[get_ident() if environ["wsgi.multithread"] else 0][environ["REQUEST_METHOD"]][
                environ["SCRIPT_NAME"]
            ][environ["PATH_INFO"]][environ["QUERY_STRING"]]
            port = port_of[environ.get("REMOTE_PORT")]
            start = start_response if remembers[type(start_response)] else _Start(start_response)
            if (began := monotonic()) >= due:
                raise LookupError
            number = next(count)
            row = number % ROWS
            begins[row] = began
            asked[row] = target.number
            ports[row] = port
            numbers[row] = number  # The last, for then the row is there.
        except Exception:
            due, row, statuses, ends = 0.0, 0, None, None
            page, number, target, port, began = begin(_asked(environ), _target, environ.get("REMOTE_PORT"))
            start = start_response if REMEMBERS(type(start_response)) else _Start(start_response)

        try:
            body = application(environ, start)
        except BaseException:
            # What another one remembers may be what it began with.
            end((page, number, target, port, began), start.status if type(start) is _Start else None)
            raise
        if type(body) not in _WHOLE:
            way = _Body()  # Without an `__init__`, which would be another call.
            way.body, way.start, way.end = body, start, end
            way.told = due, row, statuses, ends, page, number, target, port, began
            return way
        # All of it is there, and a server may know by what it is how to send it best.
        try:
            if (ended := monotonic()) >= due:
                raise LookupError
            statuses[row] = status_of[start.status]
            ends[row] = ended
        except Exception:
            end((page, number, target, port, began), start.status)
        return body

    return update_wrapper(layer, application, updated=())


class _Start:
    """Starts the response, and remembers its status."""

    __slots__ = ("_start", "status")

    def __init__(self, start: Callable[..., Any]) -> None:
        self._start = start
        self.status: str | None = None

    def __call__(self, status: str, headers: Any, exc_info: Any = None) -> Any:
        self.status = status
        if exc_info is None:
            return self._start(status, headers)
        return self._start(status, headers, exc_info)


class _Body:
    """The answer on its way: its request ends when the server lets go of it."""

    __slots__ = ("body", "end", "start", "told")

    body: Any
    start: Any
    end: Callable[[Begun, Any], None]
    told: tuple[Any, ...] | None  # Until when its row is sure to be its own, the row, and what began.

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.body)

    def close(self) -> None:
        """Close the body, as a server promises to, and tell that the request has ended."""
        try:
            if (close := getattr(self.body, "close", None)) is not None:
                close()
        finally:
            if self.told is not None:
                told, self.told = self.told, None
                try:  # As where it began: its row is written here.
                    due, row, statuses, ends, *_ = told
                    if (ended := monotonic()) >= due:
                        raise LookupError
                    statuses[row] = STATUSES.known[self.start.status]
                    ends[row] = ended
                except Exception:
                    self.end(told[4:], self.start.status)

    def __del__(self) -> None:
        """Tell that it has ended, for some servers forget to close it."""
        if self.told is not None:
            told, self.told = self.told, None
            self.end(told[4:], self.start.status)


def _asked(environ: WSGIEnvironment) -> tuple[int, str, str, str, str | None]:
    """Return of whom what was asked, as far as is said."""
    words = (environ.get(name, "") for name in ("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO"))
    method, script, path = words
    thread = get_ident() if environ.get("wsgi.multithread") else 0
    return thread, method, script, path, environ.get("QUERY_STRING")


def _target(asked: tuple[int, str, str, str, str | None]) -> Target:
    """Return what was asked for, as it stands in the request's first line, and of whom."""
    thread, method, script, path, query = asked
    path = script + path
    if not (path.isascii() and path.isprintable()) or " " in path:
        from urllib.parse import quote  # noqa: PLC0415 (few requests need it)

        path = quote(path.encode("latin-1"))
    return Target(f"t{thread}" if thread else "", method, f"{path}?{query}" if query else path)
