"""The layer around an ASGI application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from functools import update_wrapper
from time import monotonic
from typing import Any
from urllib.parse import quote

from labapp.observe.server_events import ROWS
from labapp.observe.telling.request import PORTS, STATUSES, Target
from labapp.observe.telling.sender import Sender

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

Asked = tuple[str, "bytes | str", bytes]

MARK = "labapp.told"
TASK = "a"  # One of many tasks, each soon gone: which one, nobody asks.
# What a WebSocket's first answer says, which has no number in ASGI.
_STATUS = {"websocket.accept": 101, "websocket.close": 403}
_TOLD = ("http", "websocket")


def told_asgi(application: Application, sender: Sender) -> Application:
    """Return the application with the layer around it."""
    begin, end = sender.begin, sender.end
    port_of, status_of = PORTS.known, STATUSES.known

    async def layer(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] not in _TOLD or MARK in scope:
            await application(scope, receive, send)
            return
        scope[MARK] = True
        try:  # As a rule all are there, and what is asked for is known: its row is written here.
            due, page, targets, count, begins, asked, ports, statuses, ends, numbers = sender.now
            target = targets[scope["method"]][scope["raw_path"] or scope["path"]][scope["query_string"]]
            client = scope["client"]
            port = port_of[client[1]] if client else 0
            if (began := monotonic()) >= due:
                raise LookupError
            number = next(count)
            row = number % ROWS
            begins[row] = began
            asked[row] = target.number
            ports[row] = port
            numbers[row] = number  # The last, for then the row is there.
        except Exception:
            due = 0.0
            page, number, target, port, began = begin(*_asked(scope))

        status = None

        def note(message: Message) -> Awaitable[None]:
            nonlocal status
            if status is None:
                status = message.get("status") or _STATUS.get(message["type"])
            return send(message)

        try:
            await application(scope, receive, note)
        finally:
            try:
                if status is None or (ended := monotonic()) >= due:
                    raise LookupError
                statuses[row] = status_of[status]
                ends[row] = ended
            except Exception:
                end((page, number, target, port, began), status)

    return update_wrapper(layer, application, updated=())


def _asked(scope: Message) -> tuple[Asked, Callable[[Asked], Target], object]:
    """Return what was asked, as far as is said, what describes it, and by which port."""
    look = scope.get
    asked = look("method", "GET"), look("raw_path") or scope["path"], look("query_string", b"")
    return asked, _target, (look("client") or ("", 0))[1]


def _target(asked: Asked) -> Target:
    """Return what was asked for, as it stands in the request's first line."""
    method, path, query = asked
    written = path.decode("latin-1") if isinstance(path, bytes) else quote(path)
    return Target(TASK, method, f"{written}?{query.decode('latin-1')}" if query else written)
