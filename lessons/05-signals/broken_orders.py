"""Takes orders, and writes each into a file; two processes must not write into one file at a time."""

import fcntl
import os
import sys
import time

FILE = "orders.txt"

time.sleep(0.3)  # Today's rates, from the bank.
orders = os.open(FILE, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
try:
    fcntl.flock(orders, fcntl.LOCK_EX | fcntl.LOCK_NB)  # Lock the file, or fail at once if another has.
except BlockingIOError:
    sys.exit(f"{FILE} is locked: another process writes to it")


def app(environ, start_response):
    """Take the order that the path tells, which takes half a second; answer `/` at once."""
    order = environ["PATH_INFO"].removeprefix("/")
    if order:
        time.sleep(0.5)  # The bank says yes.
        os.write(orders, f"{order}\n".encode())
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"order {order or 'nothing'}".encode()]
