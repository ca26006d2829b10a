"""How many clients are at a server, counted by the kernel: waiting or served, it makes no difference here."""

import threading
from contextlib import contextmanager
from pathlib import Path

import psutil

ESTABLISHED = "01"
EVERY = 0.02


def connected(port):
    """Return how many connections to this port of 127.0.0.1 are open at both ends."""
    table = Path("/proc/net/tcp")
    if not table.exists():
        return sum(
            one.laddr.port == port and one.status == psutil.CONN_ESTABLISHED
            for one in psutil.net_connections("tcp4")
            if one.laddr
        )
    rows = (line.split() for line in table.read_text().splitlines()[1:])
    return sum(row[1].endswith(f":{port:04X}") and row[3] == ESTABLISHED for row in rows)


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
