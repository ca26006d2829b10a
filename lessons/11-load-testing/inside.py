"""How many clients are at a server, counted by the kernel: waiting or served, it makes no difference here."""

import sys
import threading
from contextlib import contextmanager

import psutil

from labapp.observe.kernel.sockets import established

EVERY = 0.02


def connected(port):
    """Return how many clients have a connection to this port of 127.0.0.1 that they have not closed."""
    if sys.platform == "linux":
        # The kernel picks these few out of all connections of the machine, most of which have ended.
        return len(established(port, made=True))
    return sum(
        one.raddr.port == port and one.status == psutil.CONN_ESTABLISHED
        for one in psutil.net_connections("tcp4")
        if one.raddr
    )


@contextmanager
def counting(port):
    """Count, fifty times a second, while the block runs; what it gets is the list of counts."""
    counts, over = [], threading.Event()

    def count():
        while not over.wait(EVERY):
            counts.append(connected(port))

    counter = threading.Thread(target=count)
    counter.start()
    try:
        yield counts
    finally:
        over.set()
        counter.join()
