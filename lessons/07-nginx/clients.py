"""Clients who use a connection otherwise than by asking and hanging up."""

import socket
from http.client import HTTPConnection, IncompleteRead


def connect(server):
    """Connect, and send nothing yet."""
    return socket.create_connection(("127.0.0.1", server.port), timeout=10)


def ask(client, path="/"):
    """Ask for something on a connection; return the beginning of the answer, as it came."""
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: edge\r\n\r\n".encode())
    return client.recv(4096).decode()


def begin(server, path):
    """Ask for something on a connection of its own; return it when the answer has begun."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", path)
    return connection.getresponse()


def finish(answer):
    """Read the rest of an answer; tell what came of it."""
    try:
        return f"all {len(answer.read())} bytes"
    except (IncompleteRead, ConnectionError):
        return "cut off"


def closed(client, patience):
    """Tell whether the server closes a connection while we look, for so many seconds."""
    client.settimeout(patience)
    try:
        return client.recv(1) == b""
    except TimeoutError:
        return False
