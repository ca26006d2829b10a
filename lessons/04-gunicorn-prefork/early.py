"""An application that takes half a second to import, and is a client of its own server meanwhile."""

import os
import select
import socket
import threading

import psutil

from labapp.web.callables import hello as app  # noqa: F401

master = psutil.Process(os.getppid())
[port] = {held.laddr.port for held in master.net_connections("tcp") if held.status == psutil.CONN_LISTEN}
client = socket.create_connection(("127.0.0.1", port))
client.sendall(b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n")
answered = bool(select.select([client], [], [], 0.5)[0])
print("during the import: connected,", "answered" if answered else "not answered", flush=True)


def listen():
    """Say what the answer is, when it comes."""
    print("after the import: ", client.makefile().readline(), flush=True)


threading.Thread(target=listen, daemon=True).start()
