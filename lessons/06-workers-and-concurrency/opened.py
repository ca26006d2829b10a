"""An application that prepares three things while it is imported: chance, a connection, a thread."""

import functools
import json
import os
import random
import socket
import threading

chance = random.Random()
connection, far_end = socket.socketpair()  # stands for one to a database
cleaner = threading.Thread(target=threading.Event().wait, daemon=True)
cleaner.start()


@functools.cache
def ticket():
    """Draw this process's first number."""
    return chance.randrange(10**9)


def app(_environ, start_response):
    """Tell who answers, its first number, which connection it holds, and whether its thread runs."""
    told = {
        "pid": os.getpid(),
        "ticket": ticket(),
        "connection": os.fstat(connection.fileno()).st_ino,
        "cleaner": cleaner.is_alive(),
    }
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(told).encode()]
