"""Clients who use a connection otherwise than by asking and hanging up."""

import socket
import struct
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from time import monotonic

from labapp import lab


def how_long_kept(web):
    """Ask once; tell for how long the server keeps the connection open afterwards."""
    connection = HTTPConnection("127.0.0.1", web.port, timeout=5)
    connection.request("GET", "/ping")
    connection.getresponse().read()
    if connection.sock is None:  # the answer said "Connection: close"
        return "closes it with the answer"
    since = monotonic()
    connection.sock.recv(1)  # returns when the server hangs up
    connection.close()
    return f"keeps it for ≈ {monotonic() - since:.1f} s"


SENT = {"silence": b"", "half a request": b"GET / HTTP/1.1\r\nHost: shop\r\n"}


def one_more_beside(web, what, clients, patience):
    """Have so many clients connect and send no more than that; return what becomes of one more person."""
    with holding(web, clients, SENT[what]):
        return lab.load(web, "/ping", requests=1, timeout=patience, progress=False)


@contextmanager
def holding(web, clients, sent):
    """Have so many clients connect, send so many bytes of a request, and stay."""
    with ExitStack() as connected:
        for _ in range(clients):
            client = connected.enter_context(socket.create_connection(("127.0.0.1", web.port), timeout=5))
            client.sendall(sent)
        yield


def knock(web):
    """Try to connect for 0.2 s; return how it went, and the connection if there is one."""
    try:
        connection = socket.create_connection(("127.0.0.1", web.port), timeout=0.2)
    except OSError as error:
        return type(error).__name__, None
    return "connected", connection


def granted_backlog(asked):
    """Listen with a backlog of so many; return how many the kernel grants (Linux)."""
    with socket.create_server(("127.0.0.1", 0), backlog=asked) as listener:
        # The kernel's struct tcp_info; of a listening socket its field `sacked` is the backlog.
        told = listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
    return struct.unpack("8B24I", told)[8 + 5]
