"""What else a server can do: asked of the server itself, where it listens, or of its own help."""

import re
import socket
import subprocess
import sys
from pathlib import Path

import websocket

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
"""How a client begins that speaks HTTP/2 and nothing else, without TLS; then empty settings."""
SETTINGS = 4


def _connected(web):
    if not web.address.startswith("unix:"):
        host, _, port = web.address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=5)
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(5)
    client.connect(web.address.removeprefix("unix:"))
    return client


def talks(web):
    """Open a WebSocket and say something; tell whether the server says it back."""
    with _connected(web) as client:
        try:
            talk = websocket.create_connection("ws://shop/", socket=client)
            talk.send("good morning")
            return "yes" if talk.recv() == "good morning" else "no"
        except websocket.WebSocketException:
            return "no"


def speaks_http2(web):
    """Begin in HTTP/2; tell whether the answer is in it, too: its first frame has to be its settings."""
    with _connected(web) as client:
        client.sendall(PREFACE)
        answer = client.recv(9)
    return "yes" if len(answer) > 3 and answer[3] == SETTINGS and not answer.startswith(b"HTTP") else "no"


def options(program):
    """Return a function that finds the first of some options, `--this|--that`, in a program's own help."""
    asked = [str(Path(sys.executable).with_name(program)), "--help"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)
    known = f"{told.stdout}{told.stderr} ".replace("\n", " ")

    def first(wanted):
        found = (re.search(pattern, known) for pattern in wanted.split("|"))
        return next((each[0].split()[0] for each in found if each), "-")

    return first
