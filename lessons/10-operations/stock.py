"""A stock whose answer to `/?3` takes three seconds; each that begins leaves a byte in the file BEGUN."""

import os
import time


def app(environ, start_response):
    """Answer after as many seconds as the query asks for."""
    seconds = float(environ["QUERY_STRING"] or 0)
    if seconds and "BEGUN" in os.environ:
        with open(os.environ["BEGUN"], "a") as file:  # noqa: PTH123 (one write, at the end of the file)
            file.write("x")
    time.sleep(seconds)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"stock"]
