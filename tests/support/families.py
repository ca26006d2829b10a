"""Families of processes below a root of their own, and what a feed tells of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Condition

from labapp.observe.feed import Exited, FeedEnded, FeedMessage, LogLines, TreeChanged
from labapp.observe.kernel.identity import started_at
from labapp.observe.kernel.process import Process
from labapp.observe.kernel.reader import open_reader
from labapp.observe.roles import Roles
from labapp.observe.shape import Shape
from labapp.observe.tree import Tree
from support.places import TESTS
from support.waiting import wait_for

PROGRAMS = TESTS / "integration" / "observe" / "programs"
PATIENCE = 20.0


class Family:
    """The processes below a root, which ends them all when the block ends."""

    def __init__(self, root: subprocess.Popen[bytes], log: Path) -> None:
        self.root = root
        self.log = log
        self.roles = Roles(Shape(prefork=True))
        self.reader = open_reader(root.pid, predecessor="GUNICORN_PID")

    def read(self) -> list[Process]:
        return self.reader.read()

    def tree(self) -> Tree:
        return self.roles.name(self.read())

    def await_workers(self, number: int) -> Tree:
        wait_for(lambda: len(self.tree().workers) == number, what=f"{number} workers")
        return self.tree()

    def becomes(self, labels: str) -> None:
        """Wait until the tree shows these labels."""
        seen: dict[str, None] = {}

        def shown() -> bool:
            seen[repr(self.tree())] = None
            return f"<Tree {labels}>" in seen

        try:
            wait_for(shown)
        except AssertionError:
            raise AssertionError(f"never became {labels}: {list(seen)}") from None


@contextmanager
def running(command: list[str], log: Path) -> Iterator[Family]:
    with log.open("ab") as output:
        root = subprocess.Popen(
            [sys.executable, str(PROGRAMS / "root.py"), *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    with root:
        family = Family(root, log)
        members: list[Process] = []
        try:
            yield family
        finally:
            members = family.read()
            family.reader.close()
            assert root.stdin is not None
            root.stdin.close()
            root.wait(PATIENCE)
    wait_for(lambda: not [p for p in members if started_at(p.pid) == p.started], what="the end of the family")


class Recorder:
    """A subscriber that remembers every message."""

    def __init__(self) -> None:
        self.messages: list[FeedMessage] = []
        self._changed = Condition()

    def __call__(self, message: FeedMessage) -> None:
        with self._changed:
            self.messages.append(message)
            self._changed.notify_all()

    def wait(self, condition: Callable[[], object]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE), self.messages[-5:]

    @property
    def pids(self) -> set[int]:
        trees = [message for message in self.messages if isinstance(message, TreeChanged)]
        return {process.pid for process in trees[-1].processes} if trees else set()

    def pids_at_exit(self, pid: int) -> set[int]:
        """Return who was in the tree that was told last when the process's end was told."""
        found: set[int] = set()
        for message in self.messages:
            if isinstance(message, Exited) and message.pid == pid:
                break
            if isinstance(message, TreeChanged):
                found = {process.pid for process in message.processes}
        return found

    @property
    def trees(self) -> list[list[Process]]:
        return [message.processes for message in self.messages if isinstance(message, TreeChanged)]

    @property
    def exits(self) -> dict[int, int | None]:
        return {message.pid: message.status for message in self.messages if isinstance(message, Exited)}

    @property
    def lines(self) -> list[str]:
        return [line for message in self.messages if isinstance(message, LogLines) for line in message.lines]

    @property
    def ended(self) -> bool:
        return any(isinstance(message, FeedEnded) for message in self.messages)
