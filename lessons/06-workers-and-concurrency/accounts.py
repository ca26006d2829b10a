"""Tells customers their balance: it asks a database, over one of five connections that it keeps open."""

import os
import queue
import socket

pool = queue.LifoQueue()  # the connections that nobody uses at the moment


def open_pool():
    """Open five connections to the database."""
    for _ in range(5):
        pool.put(socket.create_connection(("127.0.0.1", int(os.environ["DATABASE"]))))


def app(environ, start_response):
    """Answer /ann with what the database says of ann."""
    connection = pool.get()
    connection.sendall(environ["PATH_INFO"].removeprefix("/").encode().ljust(16))
    answer = connection.recv(16)
    pool.put(connection)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [answer]


if "OPEN_LATER" not in os.environ:
    open_pool()
