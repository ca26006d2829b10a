"""The asynchronous twin of a few routes: the same paths and parameters, as one ASGI coroutine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from labapp.observe.telling import told

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


@told
async def app(scope: Message, receive: Receive, send: Send) -> None:
    """Answer /ping at once, /wait after ?seconds=3 (at most 30), /cpu after ?ms=100 (at most 10000) of work.

    Only `await` lets another request go on: /wait does, /cpu does not.
    """
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    asked = parse_qs(scope["query_string"].decode("latin-1"))
    try:
        status, text = await _answer(scope["path"], asked)
    except ValueError as error:
        status, text = 400, str(error)
    body = text.encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _answer(path: str, asked: dict[str, list[str]]) -> tuple[int, str]:
    if path == "/ping":
        return 200, "pong"
    if path == "/wait":
        seconds = _number(asked, "seconds", default=3, high=30)
        await asyncio.sleep(seconds)
        return 200, f"waited {seconds:g} s"
    if path == "/cpu":
        milliseconds = _number(asked, "ms", default=100, high=10_000)
        used = time.thread_time()
        while (time.thread_time() - used) * 1000 < milliseconds:
            sum(range(1000))
        return 200, f"computed for {milliseconds:g} ms"
    return 404, "try /ping, /wait or /cpu"


def _number(asked: dict[str, list[str]], name: str, *, default: float, high: float) -> float:
    """Return a query parameter from 0 to `high`; ValueError if it is not that."""
    given = asked.get(name, [str(default)])[-1]
    number = float(given) if given.replace(".", "", 1).isdecimal() else -1
    if not 0 <= number <= high:
        raise ValueError(f"{name}: expected a number from 0 to {high:g}, got {given[:40]}")
    return number


async def _live(receive: Receive, send: Send) -> None:
    """Agree to begin, and to end."""
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return
