"""Conversations by WebSocket, through a server of this machine."""

import socket
from contextlib import ExitStack, suppress

import httpx
from websocket import WebSocketException, create_connection


def converse(server, path="/", timeout=10):
    """Open a conversation, and see that it works; return it."""
    host, _, port = server.address.rpartition(":")
    # With a socket of its own the client asks no proxy that the environment may name.
    line = socket.create_connection((host, int(port)), timeout=timeout)
    try:
        talk = create_connection(f"ws://{server.address}{path}", timeout=timeout, socket=line)
        talk.send("stressed")
        answer = talk.recv()
    except BaseException:
        line.close()
        raise
    if answer != "desserts":
        raise WebSocketException(f"The answer to 'stressed' was {answer!r}.")
    return talk


def ten_conversations(server):
    """Open up to ten; return how many there are, and what a plain page beside them says."""
    opened = 0
    with ExitStack() as talks:
        with suppress(WebSocketException, TimeoutError):
            while opened < 10:
                talks.callback(converse(server, timeout=1).close)
                opened += 1
        try:
            return opened, server.get("/", timeout=1).text
        except httpx.TimeoutException:
            return opened, "no answer"
