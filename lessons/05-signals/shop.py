"""A shop in versions, as a raw callable. Importing it takes half a second, as if it were large."""

import os
import sys
import time

VERSION = 1

time.sleep(float(os.environ.get("SHOP_OPENS_AFTER", "0.5")))
print(f"version {VERSION} is open", file=sys.stderr, flush=True)


def app(environ, start_response):
    """Tell the version after 10 ms; /order?2 takes two seconds, and the log is told when it has begun."""
    if environ["PATH_INFO"] == "/order":
        print("an order has begun", file=sys.stderr, flush=True)
        time.sleep(float(environ["QUERY_STRING"]))
    time.sleep(0.01)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"version {VERSION}".encode()]
