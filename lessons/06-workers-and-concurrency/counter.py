"""A visitor is told: you are number so and so. Counted in three ways."""

import os
import sqlite3
import time
from contextlib import closing

variable = {"visitors": 0}
paused = {"visitors": 0}


def in_a_variable():
    """Wait for something, then add one to what this module holds."""
    time.sleep(0.005)
    variable["visitors"] += 1
    return variable["visitors"]


def with_a_pause():
    """Do the same, and wait between reading and writing."""
    seen = paused["visitors"]
    time.sleep(0.005)
    paused["visitors"] = seen + 1
    return paused["visitors"]


def in_a_database():
    """Let somebody count whom every process asks."""
    with closing(sqlite3.connect(os.environ["COUNTER"], timeout=10, isolation_level=None)) as database:
        ((number,),) = database.execute("UPDATE count SET visitors = visitors + 1 RETURNING visitors")
        return number


WAYS = {"/variable": in_a_variable, "/pause": with_a_pause, "/database": in_a_database}


def app(environ, start_response):
    """Tell a visitor the number."""
    way = WAYS.get(environ["PATH_INFO"], lambda: 0)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(way()).encode()]
