"""What an owner (a kernel, a script) does in the tests: it launches servers of every troublesome kind."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from labapp import lab
from labapp.observe.kernel.identity import started_at

HERE = Path(__file__).parent


def plain(options="-w 2"):
    return lab.launch(f'gunicorn "app:create_app()" {options}', cwd=HERE)


def daemon():
    return plain("-w 2 --daemon")


def upgraded():
    """A master with a second one that USR2 started."""
    web = plain()
    web.wait_until(workers=2)
    web.signal("USR2")
    web.wait_until(lambda: len(web.tree().masters) == 2 and len(web.workers) == 4)
    return web


def replaced():
    """A second master whose first has quit."""
    web = upgraded()
    old = web.pid
    web.signal("QUIT")
    web.wait_until(lambda: web.pid != old and len(web.tree().masters) == 1 and len(web.workers) == 2)
    return web


def orphaned():
    """Workers whose master was killed."""
    web = plain()
    # A worker that is idle looks for its parent every 15 s, one that is starting at once.
    answered = set()
    web.wait_until(lambda: answered.add(web.get().text) or len(answered) == 2)
    web.wait_until(lambda: {worker.state for worker in web.workers} == {"sleeping"})
    web.signal("KILL")
    web.wait_until(lambda: not web.tree().masters)
    assert web.workers
    return web


def frozen():
    """A server that stands still, master and all."""
    web = plain()
    web.wait_until(workers=2)
    for worker in web.workers:
        worker.signal("STOP")
    web.signal("STOP")
    return web


def hostile():
    web = lab.launch("python hostile.py", cwd=HERE)
    web.wait_until(lambda: len(web.tree()) == 2)
    return web


ANYWHERE = (plain, upgraded, replaced, orphaned, frozen)
LINUX = (daemon, hostile)  # Whoever leaves family and group comes home to the guard there, and nowhere else.
KINDS = {kind.__name__: kind for kind in ANYWHERE + (LINUX if sys.platform == "linux" else ())}


def stage(*kinds, file=sys.stdout):
    """Launch servers of these kinds, each from a thread that then ends; say, in one line, who they are."""
    with ThreadPoolExecutor() as threads:
        servers = list(threads.map(lambda kind: KINDS[kind](), kinds or KINDS))
    print(json.dumps([told(server) for server in servers]), file=file, flush=True)


def told(web):
    pids = [web.guard_pid, *(process.pid for process in web.tree())]
    return {
        "command": web.command,
        "processes": [(pid, started_at(pid)) for pid in pids],
        "port": web.port,
        "directory": str(web.directory),
    }
