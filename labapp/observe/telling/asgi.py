"""The layer around an ASGI application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from functools import update_wrapper
from typing import Any
from urllib.parse import quote

from labapp.observe.telling.request import Target
from labapp.observe.telling.sender import Sender

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

MARK = "labapp.told"
TASK = "a"  # One of many tasks, each soon gone: which one, nobody asks.
# What a WebSocket's first answer says, which has no number in ASGI.
_STATUS = {"websocket.accept": 101, "websocket.close": 403}
_TOLD = ("http", "websocket")
_NOBODY = ("", 0)


def told_asgi(application: Application, sender: Sender) -> Application:
    """Return the application with the layer around it."""
    begin, end = sender.begin, sender.end

    async def layer(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] not in _TOLD or MARK in scope:
            await application(scope, receive, send)
            return
        scope[MARK] = True
        look = scope.get
        status = None
        begun = begin(
            (look("method", "GET"), look("raw_path") or scope["path"], look("query_string", b"")),
            _target,
            (look("client") or _NOBODY)[1],
        )

        def note(message: Message) -> Awaitable[None]:
            nonlocal status
            if status is None:
                status = message.get("status") or _STATUS.get(message["type"])
            return send(message)

        try:
            await application(scope, receive, note)
        finally:
            end(begun, status)

    return update_wrapper(layer, application, updated=())


def _target(asked: tuple[str, bytes | str, bytes]) -> Target:
    """Return what was asked for, as it stands in the request's first line."""
    method, path, query = asked
    written = path.decode("latin-1") if isinstance(path, bytes) else quote(path)
    return Target(TASK, method, f"{written}?{query.decode('latin-1')}" if query else written)
