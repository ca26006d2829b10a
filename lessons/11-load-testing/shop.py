"""A shop for load tests: work of a fixed length, work of a random one, and pages that are kept once made."""

import os
import random
import time
from functools import lru_cache

seed = os.environ.get("SEED")
chance = random.Random(int(seed) if seed else None)


@lru_cache(maxsize=1000)
def page(name):
    """Make a page, which takes 20 ms, and keep it."""
    time.sleep(0.02)
    return f"page {name} "


def app(environ, start_response):
    """Answer /fixed?0.02 after so many seconds, /random?0.02 after as many on average, /page?name."""
    way, asked = environ["PATH_INFO"], environ["QUERY_STRING"]
    if way == "/fixed":
        time.sleep(float(asked))
    elif way == "/random":
        time.sleep(chance.expovariate(1 / float(asked)))
    body = (page(asked) if way == "/page" else way).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
