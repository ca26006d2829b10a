"""An ASGI application: a WebSocket answers each message with its reverse, a request gets a plain answer."""


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        message = {"type": ""}
        while message["type"] != "lifespan.shutdown":
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
    elif scope["type"] == "websocket":
        await converse(receive, send)
    else:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
        await send({"type": "http.response.body", "body": b"plain"})


async def converse(receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] != "websocket.disconnect":
        if message.get("text") is not None:
            await send({"type": "websocket.send", "text": message["text"][::-1]})
        else:
            await send({"type": "websocket.send", "bytes": message["bytes"][::-1]})
