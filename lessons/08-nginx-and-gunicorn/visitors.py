"""Visitors of a site: one with an address of its own, and four who ask again and again."""

import json
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

import httpx

# On Linux all of 127.0.0.0/8 is this machine; macOS has one address there.
ADDRESS = "127.0.0.9" if sys.platform == "linux" else "127.0.0.1"


def visit(server, path="/seen", **headers):
    """Ask shop.example from 127.0.0.9, return the JSON; X_Real="a" sends the header X-Real: a."""
    line = HTTPConnection(server.address, source_address=(ADDRESS, 0), timeout=10)
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    line.request("GET", path, headers={"Host": "shop.example", **more})
    try:
        return json.load(line.getresponse())
    finally:
        line.close()


def answers_during(server, deployment):
    """Let four visitors ask before, during and after it, each time on a new connection.

    Count the statuses; 0 where no answer came.
    """
    statuses, over = [], threading.Event()

    def visit_again_and_again():
        while not over.wait(0.01):  # so that what is deployed has a processor, too
            try:
                status = server.get("/ping", headers={"Connection": "close"}).status_code
            except httpx.HTTPError:
                status = 0
            statuses.append(status)

    with ThreadPoolExecutor(4) as visitors:
        for _ in range(4):
            visitors.submit(visit_again_and_again)
        try:
            server.wait_until(lambda: len(statuses) > 25)
            deployment()
            so_far = len(statuses)
            server.wait_until(lambda: len(statuses) > so_far + 25)
        finally:
            over.set()
    return Counter(statuses)
