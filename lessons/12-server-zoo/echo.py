"""An ASGI application that says back what it hears on a WebSocket, and pong to everybody else."""

import asyncio
from urllib.parse import parse_qs

from labapp.observe.telling import told


@told
async def app(scope, receive, send):
    """Answer a request after ?seconds=0, or talk on a WebSocket until the other side hangs up."""
    if scope["type"] == "http":
        asked = parse_qs(scope["query_string"].decode())
        await asyncio.sleep(float(asked.get("seconds", ["0"])[0]))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
        await send({"type": "http.response.body", "body": b"pong"})
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": message["text"]})
    else:
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await send({"type": "lifespan.shutdown.complete"})
