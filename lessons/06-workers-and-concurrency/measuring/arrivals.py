"""People who come at random moments, whether or not those before them have been answered."""

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic


def arrivals(web, path, per_second, seconds):
    """Have people come for so many seconds; return when that began, and how long each waited, in order.

    So many come per second on average. The moments are drawn at random, the same ones each time.
    """
    chance = random.Random(6)  # a draw with close to the average number of people
    at, moments = 0.0, []
    while (at := at + chance.expovariate(per_second)) < seconds:
        moments.append(at)
    begin = monotonic()

    def visit(at):
        Event().wait(max(0.0, begin + at - monotonic()))
        came = monotonic()
        web.get(path)
        return monotonic() - came

    with ThreadPoolExecutor(len(moments)) as people:
        return begin, list(people.map(visit, moments))


def busy(web, begin, seconds, people, looks=200):
    """Return how many requests were being served on average, at so many moments of these seconds.

    So many people were answered since `begin`; what the server tells of them takes a moment to arrive.
    """

    def served(seen):
        return [each for each in seen.requests() if each.end and each.begin >= begin]

    known = served(web.timeline.wait_for(lambda seen: len(served(seen)) >= people, timeout=30))
    moments = [begin + seconds * (look + 0.5) / looks for look in range(looks)]
    return sum(each.begin <= at < each.end for each in known for at in moments) / looks
