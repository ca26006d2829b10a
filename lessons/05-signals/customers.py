"""Single customers of a server that is about to end, and what each of them gets."""

import socket

import httpx


def served(server, path):
    """Ask for something; return the status, or what came instead of an answer."""
    try:
        return server.get(path).status_code
    except httpx.RemoteProtocolError:
        return "hung up on"
    except httpx.ReadError:
        return "reset"


def waiting(server):
    """Connect and send a request; return the connection, whether or not anybody has accepted it."""
    connection = socket.create_connection(("127.0.0.1", server.port))
    connection.sendall(b"GET / HTTP/1.1\r\nHost: shop\r\n\r\n")
    return connection


def answer(connection):
    """Return the status that came on a connection, or what came instead."""
    try:
        with connection:
            head = connection.recv(100)
    except ConnectionResetError:
        return "reset"
    return int(head.split()[1]) if head else "hung up on"
