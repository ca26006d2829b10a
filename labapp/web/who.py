"""Who answered: the process, the thread in it, and the server around it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, TypedDict

from flask import Blueprint, current_app, render_template, request

from labapp.web.routes import routes
from labapp.web.served import served

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

who = Blueprint("who", __name__)

SERVERS = {"wsgiserver": "wsgiref"}  # servers whose SERVER_SOFTWARE is not the name they are known by


class Identity(TypedDict):
    """What a request can tell about the one who serves it."""

    pid: int
    ppid: int
    thread: str
    worker_class: str
    served: int


@who.get("/")
def index() -> str:
    """Show on a page who answered."""
    return render_template("index.html", who=identity(), routes=routes(current_app))


@who.get("/whoami")
def whoami() -> Identity:
    """Tell who answered."""
    return identity()


def identity() -> Identity:
    """Return who serves the current request; `served` counts every request of this process, this one too."""
    return {
        "pid": os.getpid(),
        "ppid": os.getppid(),
        "thread": thread_name(),
        "worker_class": worker_class(request.environ),
        "served": int(served),
    }


def thread_name() -> str:
    """Return the name of the greenlet that runs this, or of the thread where there is none."""
    gevent = sys.modules.get("gevent")  # only who has imported gevent can be inside a greenlet of its
    current = gevent.getcurrent() if gevent else None
    if gevent and isinstance(current, gevent.Greenlet):
        return str(current.name)
    return threading.current_thread().name


def worker_class(environ: WSGIEnvironment) -> str:
    """Return Gunicorn's worker class, the name of another server, or "unknown" where nothing tells."""
    software = str(environ.get("SERVER_SOFTWARE", ""))
    if software and "gunicorn" not in software:
        name = software.partition("/")[0].lower()
        return SERVERS.get(name, name)
    # In a Gunicorn worker SIGTERM is handled by a method of the worker itself, which knows its configuration.
    worker = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    running = getattr(getattr(worker, "cfg", None), "worker_class_str", None)
    if running:
        return str(running)
    # The asgi worker leaves its signals to asyncio. Gunicorn imports only the worker class that it runs.
    return "asgi" if "gunicorn.workers.gasgi" in sys.modules else "unknown"
