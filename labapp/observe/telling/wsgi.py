"""The layer around a WSGI application.

A request ends when its answer has been handed over: a list at once, and whatever else is iterated over when
the server lets go of it.
"""

from __future__ import annotations

import re
from _thread import get_ident
from collections.abc import Callable, Iterable, Iterator
from functools import update_wrapper
from typing import TYPE_CHECKING, Any

from labapp.observe.telling.request import Target
from labapp.observe.telling.sender import Sender

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

MARK = "labapp.told"  # In the environ of a request that an outer layer tells of.
_PLAIN = re.compile(r"[\x21-\x7e]*")
_WHOLE = (list, tuple)


def told_wsgi(application: WSGIApplication, sender: Sender) -> WSGIApplication:
    """Return the application with the layer around it."""
    begin, end = sender.begin, sender.end

    def layer(environ: WSGIEnvironment, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if MARK in environ:
            return application(environ, start_response)
        environ[MARK] = True
        status = None
        try:  # As a rule all are there, and to look so costs half.
            asked = (
                get_ident() if environ["wsgi.multithread"] else 0,
                environ["REQUEST_METHOD"],
                environ["SCRIPT_NAME"],
                environ["PATH_INFO"],
                environ["QUERY_STRING"],
            )
        except KeyError:
            asked = _asked(environ)
        begun = begin(asked, _target, environ.get("REMOTE_PORT"))

        def start(given: str, headers: Any, exc_info: Any = None) -> Any:
            nonlocal status
            status = given
            if exc_info is None:
                return start_response(given, headers)
            return start_response(given, headers, exc_info)

        try:
            body = application(environ, start)
        except BaseException:
            end(begun, status)
            raise
        if isinstance(body, _WHOLE):
            # All of it is there, and a server may know by what it is how to send it best.
            end(begun, status)
            return body
        return _Body(body, lambda: end(begun, status))

    return update_wrapper(layer, application, updated=())


class _Body:
    """The answer on its way: its request ends when the server lets go of it."""

    def __init__(self, body: Any, end: Callable[[], None]) -> None:
        self._body = body
        self._on_end: Callable[[], None] | None = end

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
        end, self._on_end = self._on_end, None
        if end is not None:
            end()

    __del__ = _end  # Some servers forget to close it.


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
    if not _PLAIN.fullmatch(path):
        from urllib.parse import quote  # noqa: PLC0415 (few requests need it)

        path = quote(path.encode("latin-1"))
    return Target(f"t{thread}" if thread else "", method, f"{path}?{query}" if query else path)
