"""A server that gets a signal while it serves."""

from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import httpx

CLOSE = {"Connection": "close"}  # no server waits for what else this client may ask


def told_to(web, signal="TERM", seconds=1.0, patience=5):
    """Send a signal to a server that has a request under way; tell what became of both."""
    began = monotonic()

    def ask():
        try:
            answer = web.get(f"/wait?seconds={seconds}", headers=CLOSE)
        except httpx.HTTPError:
            return "dropped"
        return "answered" if answer.status_code == 200 else "an error"

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask)
        web.timeline.wait_for(lambda seen: any(each.begin > began for each in seen.requests()))
        web.signal(signal)
        request = asked.result()
    try:
        web.wait_until(running=False, timeout=patience)
    except TimeoutError:
        return request, "still there"
    return request, web.ending


def hung_up(web):
    """Send HUP while a request is under way; tell what became of it, and of the processes."""
    before = {worker.pid for worker in web.workers}

    def renewed():
        now = {worker.pid for worker in web.workers}
        return not web.running or (now and not before & now)

    request, ending = told_to(web, "HUP", seconds=0.5, patience=0.1)
    if not before:
        return request, ending
    web.wait_until(renewed, timeout=15)
    return request, "new workers" if web.running else web.ending


def bereaved(web):
    """Kill a worker of a server; tell what becomes of the rest."""
    (worker,) = web.workers
    worker.signal("KILL")

    def decided():
        return not web.running or {each.pid for each in web.workers} - {worker.pid}

    web.wait_until(decided, timeout=15)
    return "a successor" if web.running else f"all end: {web.ending}"
