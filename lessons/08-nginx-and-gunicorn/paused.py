"""A pause of Nginx's worker, and what has become of its connections meanwhile."""

from contextlib import contextmanager

import psutil


@contextmanager
def paused(nginx):
    """Stop Nginx's only worker where it is; it goes on as the block ends."""
    [worker] = nginx.workers
    worker.signal("STOP")
    try:
        yield worker
    finally:
        worker.signal("CONT")


def closed(worker):
    """Return how many connections of the worker the other side has closed."""
    connections = psutil.Process(worker.pid).net_connections("tcp")
    return sum(one.status == psutil.CONN_CLOSE_WAIT for one in connections)
