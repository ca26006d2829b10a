"""An ASGI application that answers what it is asked for."""

import asyncio


async def app(scope, receive, send):
    if scope["type"] != "http":
        raise NotImplementedError
    if scope["path"] == "/wait":
        await asyncio.sleep(0.05)
    status = 404 if scope["path"] == "/nope" else 200
    if scope["path"] == "/broken":
        raise KeyError("broken")
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
