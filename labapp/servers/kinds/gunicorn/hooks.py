"""Gunicorn's server hooks, set around the learner's own: each process sends the lab events of what it does.

Gunicorn imports this in the server, as its logger class: the one setting in `GUNICORN_CMD_ARGS` which is
given the whole configuration, at the start and at each reload, and takes nothing from the learner. A
`-c FILE` there would be overridden by one on the command line, and would itself hide `./gunicorn.conf.py`.

Those worker types send requests whose code calls `pre_request` and `post_request`: sync, gthread, gevent and
asgi of Gunicorn 27; not tornado, nor the worker of Uvicorn. A request begins when its headers are read.
"""

from __future__ import annotations

import faulthandler
import functools
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gunicorn import glogging

from labapp.observe.server_events import (
    EventSender,
    encode_fork,
    encode_notice,
    encode_ready,
    encode_reap,
    encode_worker_count,
)
from labapp.servers.kinds.gunicorn.workers import look_after, unit_of

if TYPE_CHECKING:
    from gunicorn.config import Config

MARKER = "LABAPP_RUNTIME"

Hook = Callable[..., object]


class Logger(glogging.Logger):  # type: ignore[misc]  # Gunicorn has no types
    """Gunicorn's own logger, which has the hooks set in every configuration that it is given."""

    handed_over = False  # Whether Gunicorn must hand over each response: its asgi worker only does to log it.

    def setup(self, cfg: Config) -> None:
        """Set up the logging, then the hooks."""
        super().setup(cfg)
        with suppress(Exception):
            tell_where_it_stands_once()
            install(cfg)

    @property
    def access_log_enabled(self) -> bool:
        """Whether responses are wanted."""
        return self.handed_over or bool(super().access_log_enabled)

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Log an access, if the configuration asks for it."""
        if super().access_log_enabled:
            super().access(resp, req, environ, request_time)


def install(cfg: Config) -> None:
    """Set the hooks around those that `cfg` has, once; do nothing outside of the lab."""
    directory = os.environ.get(MARKER)
    if not directory or getattr(cfg.pre_request, "of_the_lab", False):
        return
    for name, ours in _hooks(sender_at(str(Path(directory, "events")))).items():
        setting = cfg.settings[name]
        theirs = setting.get()
        # The default does nothing, but for one that writes a line where those at debug level are wanted.
        idle = theirs is setting.default and not (name == "pre_request" and cfg.loglevel.lower() == "debug")
        hook = _carefully(ours) if idle else _around(ours, theirs, first=name == "pre_request")
        hook.of_the_lab = True  # type: ignore[attr-defined]
        cfg.set(name, hook)


def tell_where_it_stands() -> None:
    """Answer a signal with this process's stack, until it is ready: an import may never end."""
    faulthandler.register(signal.SIGURG, file=2)


tell_where_it_stands_once = functools.cache(tell_where_it_stands)  # A reload sets the logging up again.


def be_ready() -> None:
    """Answer no more: who is ready handles the signals that Gunicorn does, and no other."""
    faulthandler.unregister(signal.SIGURG)


@functools.cache
def sender_at(path: str) -> EventSender:
    """Return this process's sender, which outlives its configurations."""
    sender = EventSender(path)
    sender.renew()
    return sender


def _hooks(sender: EventSender) -> dict[str, Hook]:
    """Return what sends the events, by the name of the hook."""
    send = sender.send

    def when_ready(_server: Any) -> None:
        be_ready()
        send(encode_ready, "master")

    def post_fork(_server: Any, _worker: Any) -> None:
        tell_where_it_stands()
        sender.renew()
        send(encode_fork, os.getppid())

    def post_worker_init(worker: Any) -> None:
        be_ready()
        sender.unit = unit_of(worker)
        sender.on_held = look_after(worker, sender)
        send(encode_ready, "worker")

    def worker_abort(_worker: Any) -> None:
        send(encode_notice, "abort")

    def worker_exit(_server: Any, worker: Any) -> None:
        if worker.pid == sender.pid:  # The master calls it too, for a worker that it missed.
            send(encode_notice, "exit")

    def child_exit(_server: Any, worker: Any) -> None:
        send(encode_reap, worker.pid)

    def nworkers_changed(_server: Any, new: int, old: int | None) -> None:
        send(encode_worker_count, new, old)

    # Gunicorn counts the parameters.
    return {
        "on_reload": lambda _server: send(encode_notice, "reload"),
        "when_ready": when_ready,
        "pre_exec": lambda _server: send(encode_notice, "upgrade"),
        "post_fork": post_fork,
        "post_worker_init": post_worker_init,
        "pre_request": lambda _worker, req: sender.begin(req),
        "post_request": lambda _worker, req, _environ, resp: sender.end(req, resp),
        "nworkers_changed": nworkers_changed,
        "worker_abort": worker_abort,
        "worker_exit": worker_exit,
        "child_exit": child_exit,
        "on_exit": lambda _server: send(encode_notice, "exit"),
    }


def _carefully(ours: Hook) -> Hook:
    """Let nothing that goes wrong here reach the server."""

    @functools.wraps(ours)  # Gunicorn counts the parameters.
    def hook(*given: Any) -> None:
        try:
            ours(*given)
        except Exception:
            return  # Not by suppress(), which costs every request more.

    return hook


def _around(ours: Hook, theirs: Hook, first: bool) -> Hook:
    """Call both, ours first or last, so that what a request costs includes what the learner's hooks do."""
    ours = _carefully(ours)

    @functools.wraps(ours)
    def hook(*given: Any) -> None:
        if first:
            ours(*given)
        try:
            theirs(*given)
        finally:
            if not first:
                ours(*given)

    return hook
