"""An application that talks with its client, past WSGI, over the connection that Gunicorn hands out."""


def shout(environ, start_response):
    """Send back in capitals what is heard, until the client hangs up; without an upgrade, say one word."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    if "HTTP_UPGRADE" not in environ:
        return [b"upgrade\n"]
    connection = environ["gunicorn.socket"]
    connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\n")
    while heard := connection.recv(100):
        connection.sendall(heard.upper())
    return []
