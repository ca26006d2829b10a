"""The layer around a WSGI application.

A request ends when its answer has been handed over: a list at once, and whatever else is iterated over when
the server lets go of it.
"""

from __future__ import annotations

import re
import sys
import time
from _thread import get_ident, start_new_thread
from collections.abc import Callable, Iterable, Iterator
from functools import update_wrapper
from typing import TYPE_CHECKING, Any

from labapp.observe.server_events import GATHER
from labapp.observe.telling.sender import Sender, Telling

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

MARK = "labapp.told"  # In the environ of a request that an outer layer tells of.
_PLAIN = re.compile(r"[\x21-\x7e]*")


def told_wsgi(application: WSGIApplication, sender: Sender) -> WSGIApplication:
    """Return the application with the layer around it."""

    def layer(environ: WSGIEnvironment, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if MARK in environ:
            return application(environ, start_response)
        environ[MARK] = True
        telling = Telling(environ.get("REQUEST_METHOD", ""), _target(environ), _port(environ))
        if environ.get("wsgi.multithread"):
            # There, threads of Python's own may stand still.
            sender.begin(telling, _thread, None if "uwsgi" in sys.modules else _later)
        else:
            sender.begin(telling, str)

        def start(status: str, *more: Any) -> Any:
            telling.status_code = int(status[:3])
            return start_response(status, *more)

        try:
            body = application(environ, start)
        except BaseException:
            sender.end(telling)
            raise
        if isinstance(body, list | tuple):
            # All of it is there, and a server may know by what it is how to send it best.
            sender.end(telling)
            return body
        return _Body(body, telling, sender)

    return update_wrapper(layer, application, updated=())


class _Body:
    """The answer on its way: its request ends when the server lets go of it."""

    def __init__(self, body: Any, telling: Telling, sender: Sender) -> None:
        self._body = body
        self._telling: Telling | None = telling
        self._sender = sender

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def close(self) -> None:
        """Close the body, as a server promises to, and tell that the request has ended."""
        try:
            if hasattr(self._body, "close"):
                self._body.close()
        finally:
            self._end()

    def _end(self) -> None:
        telling, self._telling = self._telling, None
        if telling is not None:
            self._sender.end(telling)

    __del__ = _end  # Some servers forget to close it.


def _thread() -> str:
    return f"t{get_ident()}"


def _later(flush: Callable[[], None]) -> None:
    """Flush soon, in a thread that lives no longer: each event by itself would let another thread run."""
    start_new_thread(_flush_soon, (flush,))


def _flush_soon(flush: Callable[[], None]) -> None:
    for _ in range(2):  # The second time for what was added while the first was at it.
        time.sleep(GATHER)
        flush()


def _target(environ: WSGIEnvironment) -> str:
    """Return what was asked for, as it stands in the request's first line."""
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    if not _PLAIN.fullmatch(path):
        from urllib.parse import quote  # noqa: PLC0415 (few requests need it)

        path = quote(path.encode("latin-1"))
    query = environ.get("QUERY_STRING")
    return f"{path}?{query}" if query else path


def _port(environ: WSGIEnvironment) -> int:
    port = str(environ.get("REMOTE_PORT", ""))
    return int(port) if port.isdecimal() else 0
