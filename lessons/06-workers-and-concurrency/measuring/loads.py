"""Three kinds of load, the same for every kind of worker, and one way to print what came of them."""

from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from labapp import lab

WAIT, COMPUTE = "/wait?seconds=0.1", "/cpu?ms=20"


def ask(web, paths):
    """Ask for all paths at the same moment; return how long each answer took, in seconds."""

    def one(path):
        sent = monotonic()
        web.get(path)
        return monotonic() - sent

    with ThreadPoolExecutor(len(paths)) as people:
        return list(people.map(one, paths))


def compute(web):
    """Send ten requests that compute; return the seconds until the last answer."""
    return lab.load(web, COMPUTE, requests=10, concurrency=10).seconds


def three_loads(web):
    """Send ten requests that wait, ten that compute, five of each; return seconds and a picture."""
    begin = monotonic()
    waiting = lab.load(web, WAIT, requests=10, concurrency=10).seconds
    computing = min(compute(web), compute(web))
    mixed = max(ask(web, [WAIT, COMPUTE] * 5))
    web.timeline.wait_for(requests=40)
    seconds = {"waiting": waiting, "computing": computing, "mixed": mixed}
    return seconds, web.timeline.between(begin, begin + 4)


def table(results):
    """Print a line for each server, a column for each load."""
    for name, took in results.items():
        print(f"{name:10}", *(f"{load} ≈ {seconds:.2f} s   " for load, seconds in took.items()))
