"""Several servers, or several workers, at the same time."""

import os
from concurrent.futures import ThreadPoolExecutor

import psutil

from labapp import lab

PATIENCE = 30  # s, on a machine that has other things to do


def launched(commands, **options):
    """Launch several servers at the same moment; return them by the same names."""
    with ThreadPoolExecutor(len(commands)) as pool:
        started = [pool.submit(lab.launch, command, **options) for command in commands.values()]
        return dict(zip(commands, (each.result() for each in started), strict=True))


def stop(servers):
    """Stop several servers at the same moment."""
    with ThreadPoolExecutor(len(servers)) as pool:
        list(pool.map(lab.Server.stop, servers.values()))


def at_once(function, servers):
    """Call a function with each server, all at the same moment; return the results by the same names."""
    with ThreadPoolExecutor(len(servers)) as pool:
        return dict(zip(servers, pool.map(function, servers.values()), strict=True))


def until_ready(web, workers):
    """Wait until so many workers have the application and can serve."""
    web.timeline.wait_for(lambda seen: len(_ready(seen)) >= workers, timeout=PATIENCE)


def _ready(seen):
    return {each.pid for each in seen if each.kind == "ready" and each.who.startswith("W")}


def from_each_worker(web, workers, path="/", **options):
    """Ask until so many workers have answered, in JSON; return the last answer of each, by its pid."""
    told = {}
    with ThreadPoolExecutor(2 * workers) as people:
        while len(told) < workers:
            for answer in people.map(lambda _: web.get(path, **options).json(), range(2 * workers)):
                told[answer["pid"]] = answer
    return told


def give_workers(web, workers):
    """Send TTIN or TTOU until the server has so many workers, each ready to serve."""
    while (there := len(web.workers)) != workers:
        web.signal("TTIN" if there < workers else "TTOU")
        web.wait_until(workers=there + (1 if there < workers else -1))
    alive = {worker.pid for worker in web.workers}
    web.timeline.wait_for(lambda seen: alive <= _ready(seen), timeout=PATIENCE)


def give_processors(web, processors):
    """Let a server and the workers it forks later use so many processors; return how many it then has."""
    server = psutil.Process(web.pid)
    if not hasattr(server, "cpu_affinity"):  # macOS
        return os.cpu_count()
    allowed = server.cpu_affinity()[:processors]
    for process in (server, *server.children()):
        process.cpu_affinity(allowed)
    return len(allowed)
