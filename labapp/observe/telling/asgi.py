"""The layer around an ASGI application."""

from __future__ import annotations

from asyncio import get_running_loop
from collections.abc import Awaitable, Callable, MutableMapping
from functools import update_wrapper
from typing import Any
from urllib.parse import quote

from labapp.observe.server_events import GATHER
from labapp.observe.telling.sender import Sender, Telling

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

MARK = "labapp.told"
# What a WebSocket's first answer says, which has no number in ASGI.
_STATUS = {"websocket.accept": 101, "websocket.close": 403}


def told_asgi(application: Application, sender: Sender) -> Application:
    """Return the application with the layer around it."""

    async def layer(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or MARK in scope:
            await application(scope, receive, send)
            return
        scope[MARK] = True
        telling = Telling(
            scope.get("method", "GET"), _target(scope), (scope.get("client") or ("", 0))[1] or 0
        )
        sender.begin(telling, _task, _later)

        async def note(message: Message) -> None:
            if telling.status_code is None:
                telling.status_code = message.get("status") or _STATUS.get(message["type"])
            await send(message)

        try:
            await application(scope, receive, note)
        finally:
            sender.end(telling)

    return update_wrapper(layer, application, updated=())


def _task() -> str:
    return "a"  # One of many tasks, each soon gone: which one, nobody asks.


def _later(flush: Callable[[], None]) -> None:
    get_running_loop().call_later(GATHER, flush)


def _target(scope: Message) -> str:
    """Return what was asked for, as it stands in the request's first line."""
    raw = scope.get("raw_path")
    path = raw.decode("latin-1") if raw else quote(scope["path"])
    query = scope.get("query_string", b"").decode("latin-1")
    return f"{path}?{query}" if query else path
