"""Three clients on a bad line, each at work for so many seconds, or until its block ends.

What the block gets is a function that waits until the client is done.
"""

import socket
import threading
from contextlib import contextmanager, suppress

STEPS = 40
BODY = b"x" * 8_000
ALIKE = b"Host: slow\r\nConnection: close\r\n"


@contextmanager
def upload(address, seconds):
    """Send a body of 8 kB, a few bytes at a time."""
    head = b"POST /upload HTTP/1.1\r\n" + ALIKE + b"Content-Length: %d\r\n\r\n" % len(BODY)
    size = len(BODY) // STEPS
    yield from _talk(address, seconds, head, [BODY[:size]] * STEPS)


@contextmanager
def headers(address, seconds):
    """Send the headers of a request, one at a time."""
    lines = [b"X-Line-%d: still talking\r\n" % n for n in range(STEPS - 1)]
    yield from _talk(address, seconds, b"GET /ping HTTP/1.1\r\n" + ALIKE, [*lines, b"\r\n"])


@contextmanager
def download(address, seconds):
    """Ask for 20 MB, and take them a little at a time."""
    line = socket.socket()
    # A small window: the system does not take on this side what the client has not asked for.
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    line.connect(_place(address))
    line.sendall(b"GET /download HTTP/1.1\r\n" + ALIKE + b"\r\n")
    line.recv(1)

    def take(_):
        left = 20_000_000 // STEPS
        while left > 0 and (piece := line.recv(left)):
            left -= len(piece)

    yield from _at_work(line, seconds, take, [b""] * STEPS)


def _talk(address, seconds, head, pieces):
    line = socket.create_connection(_place(address))
    line.sendall(head + pieces[0])
    yield from _at_work(line, seconds, line.sendall, pieces[1:])


def _at_work(line, seconds, step, pieces):
    """Do a step for each piece, in a thread; read the answer and hang up, at the latest as the block ends."""
    over = threading.Event()

    def work():
        try:
            for piece in pieces:
                if over.wait(seconds / len(pieces)):
                    return
                step(piece)
            while line.recv(65536):
                pass
            line.close()
        except OSError:
            return

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield thread.join
    finally:
        over.set()
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
        thread.join()
        line.close()


def _place(address):
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)
