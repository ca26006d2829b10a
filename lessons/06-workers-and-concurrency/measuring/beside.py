"""A trivial request beside a slow one: does the server let it pass?"""

from concurrent.futures import ThreadPoolExecutor
from time import monotonic

# A kept connection may outlive its keep-alive while something blocks its server, which then closes it unread.
ALONE = {"Connection": "close"}
PATIENCE = 30  # s, on a machine that has other things to do


def trivial_beside(web, way):
    """Send a slow request, and a trivial one while it is served; return how long the trivial one took.

    Return also a verdict, from the server's own times: was the trivial one answered before the slow one?
    """
    trivial = f"/beside{way}"
    seconds = 0.2 if way == "/computing" else 0.5  # What waits, waits no longer on a busy machine.
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(web.get, f"{way}?{seconds}", headers=ALONE)
        web.timeline.wait_for(lambda seen: way in {each.path for each in seen.requests()}, timeout=PATIENCE)
        asked = monotonic()
        web.get(trivial, headers=ALONE)
        took = monotonic() - asked
        slow.result()

    both = web.timeline.wait_for(lambda seen: {way, trivial} <= _ends(seen).keys(), timeout=PATIENCE)
    seen = _ends(both)
    return took, "lets pass" if seen[trivial] < seen[way] else "blocks"


def beside_each_way(servers, ways):
    """Do so with each server, at the same moment, and each way; return what came by server and way.

    Each server begins with another way, so that no more than one of them computes at a time.
    """

    def one_after_the_other(name, turn):
        return {way: trivial_beside(servers[name], way) for way in [*ways[turn:], *ways[:turn]]}

    with ThreadPoolExecutor(len(servers)) as pool:
        return dict(zip(servers, pool.map(one_after_the_other, servers, range(len(servers))), strict=True))


def _ends(seen):
    return {each.path: each.end for each in seen.requests() if each.end}
