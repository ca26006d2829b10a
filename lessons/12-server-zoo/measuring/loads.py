"""The three loads of lesson 06, and what a server's own times say of them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic

WAIT, COMPUTE = "/wait?seconds=0.1", "/cpu?ms=10"


@dataclass(frozen=True)
class Burst:
    """Requests that were all sent at once: how many, when, and how long until the last answer."""

    requests: int
    began: float
    seconds: float


def burst(web, paths):
    """Ask for all paths at the same moment, each on a connection of its own."""
    began = monotonic()
    with ThreadPoolExecutor(len(paths)) as people:
        list(people.map(lambda path: web.get(path, headers={"Connection": "close"}), paths))
    return Burst(len(paths), began, monotonic() - began)


def waiting(web, people=10):
    """Send so many requests that wait."""
    return burst(web, [WAIT] * people)


def computing(web):
    """Send ten requests that compute."""
    return burst(web, [COMPUTE] * 10)


def mixed(web):
    """Send five of each."""
    return burst(web, [WAIT, COMPUTE] * 5)


def at_a_time(web, sent):
    """Return how many requests of a burst the application had at the same moment, at the most."""

    def ended(seen):
        return [each for each in seen.requests() if each.begin >= sent.began and each.end]

    served = ended(web.timeline.wait_for(lambda seen: len(ended(seen)) >= sent.requests))
    return max(sum(one.begin <= each.begin < one.end for one in served) for each in served)


def beside(web, slow="/cpu?ms=100"):
    """Ask for something trivial while a slow request is served: does the server let it pass?"""
    began = monotonic()

    def times(seen, what):
        served = [each for each in seen.requests() if each.begin >= began]
        return {each.path: getattr(each, what) for each in served if getattr(each, what)}

    with ThreadPoolExecutor(1) as pool:
        pool.submit(web.get, slow)
        web.timeline.wait_for(lambda seen: "/cpu" in times(seen, "begin"))
        web.get("/ping")
    seen = web.timeline.wait_for(lambda seen: {"/cpu", "/ping"} <= times(seen, "end").keys())
    ends = times(seen, "end")
    return "lets it pass" if ends["/ping"] < ends["/cpu"] else "blocks it"
