"""One conversation, written twice: a WebSocket answers each short message with its reverse."""

import base64
import hashlib

PLAIN = [(b"content-type", b"text/plain"), (b"content-length", b"4")]
TEXT = 0x81  # The first byte of a frame that is a whole message of text.


async def asgi(scope, receive, send):
    """Be an ASGI application: the server speaks the protocol, and hands over messages."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] != "websocket.disconnect":
            await send({"type": "websocket.send", "text": message["text"][::-1]})
    elif scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": PLAIN})
        await send({"type": "http.response.body", "body": b"pong"})


def wsgi(environ, start_response):
    """Be a WSGI application that takes the connection away from its server, and speaks for itself."""
    if environ.get("HTTP_UPGRADE", "").lower() != "websocket":
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "4")])
        return [b"pong"]
    connection = environ["gunicorn.socket"]
    connection.sendall(agreed(environ["HTTP_SEC_WEBSOCKET_KEY"]))
    with connection.makefile("rb") as frames:
        while (head := frames.read(2)) and head[0] == TEXT:
            mask = frames.read(4)  # A client disguises what it sends.
            data = bytes(byte ^ mask[n % 4] for n, byte in enumerate(frames.read(head[1] & 0x7F)))
            connection.sendall(bytes([TEXT, len(data)]) + data[::-1])
    raise StopIteration  # By this word Gunicorn knows that there is nothing left to answer.


def agreed(key):
    """Return the answer that agrees to speak WebSocket, and proves that the key was read (RFC 6455)."""
    digest = hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()
    lines = [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {base64.b64encode(digest).decode()}",
    ]
    return "\r\n".join([*lines, "", ""]).encode()
