"""Made-up processes, boxes and servers for the views' tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from labapp.observe.feed import Callback, FeedMessage
from labapp.observe.kernel.process import Process, clock
from labapp.observe.tree import Tree
from labapp.servers import command
from labapp.servers.kinds.any_other import AnyOther
from labapp.servers.server_kind import SignalNote, by_name
from labapp.views.tree.boxes import Box

if TYPE_CHECKING:
    from labapp.views.live.view import LiveView

SOCKET = "127.0.0.1:46393"
NOW = clock()  # One moment for all, so that the same process made twice is the same process.


def process(
    pid: int, label: str = "", role: str = "worker", ppid: int = 3304, *, age: float = 60.0, **more: Any
) -> Process:
    """Return a process; of the role that its label tells, unless told."""
    role = {"M": "master", "S": "server"}.get(label[:1], role)
    given = {"state": "sleeping", "threads": 1, "cpu": 0.0, "rss": 23_000_000, "title": "gunicorn"} | more
    return Process(pid=pid, ppid=ppid, started=NOW - age, command="gunicorn", role=role, label=label, **given)


def tree(workers: int = 2, **more: Any) -> Tree:
    """Return a master with workers W1, W2, …"""
    family = [process(3306 + n, f"W{n}", **more) for n in range(1, workers + 1)]
    return Tree([process(3304, "M", ppid=1, **more), *family])


def boxes(workers: int, *, master: bool = True, **more: Any) -> list[Box]:
    """Return the boxes of a master with workers, all holding one socket."""
    given = {"state": "sleeping", "memory": 23, "sockets": (SOCKET,)} | more
    family = [Box(f"W{n}", "worker", 3306 + n, "M", **given) for n in range(1, workers + 1)]
    return [*([Box("M", "master", 3304, **given)] if master else []), *family]


@dataclass
class FakeFeed:
    """A feed whose messages the test sends."""

    subscribers: list[Callback] = field(default_factory=list)

    def subscribe(self, callback: Callback) -> Callable[[], None]:
        self.subscribers.append(callback)

        def leave() -> None:
            with suppress(ValueError):
                self.subscribers.remove(callback)

        return leave

    def tell(self, message: FeedMessage) -> None:
        for callback in tuple(self.subscribers):
            callback(message)


class FakeRoles:
    """Takes the processes as already named."""

    names = ("master", "worker", "supervisor")

    def name(self, raw: list[Process]) -> Tree:
        return Tree(raw)


class FakeServer:
    """What the live view asks of a server."""

    def __init__(self, now: Tree | None = None) -> None:
        self.typed = 'gunicorn "labapp:create_app()" --workers 2'
        self.url: str | None = f"http://{SOCKET}"
        self.address = SOCKET
        self.port: int | None = 46393
        self.ending: str | None = None
        self.feed = FakeFeed()
        self.roles = FakeRoles()
        self.log = SimpleNamespace(lines=["[INFO] Shutting down: Master"])
        self.kind = AnyOther(command.parse("true"))  # Which tells nothing of requests.
        self.timeline: object = None
        self.now = tree(listening=(SOCKET,)) if now is None else now

    @property
    def running(self) -> bool:
        return self.ending is None

    def tree(self) -> Tree:
        return self.now

    def listening(self) -> set[str]:
        return {SOCKET}

    def signal_notes(self, role: str) -> Mapping[str, SignalNote]:
        if role == "master":
            return by_name(SignalNote("TTIN", "one worker more", "The master forks one more worker."))
        return by_name(SignalNote("KILL", "die", "It ends at once."))


def ask(view: LiveView, **message: str) -> None:
    """Send a live view a message as its front end does."""
    view._handle_custom_msg(message, [])
