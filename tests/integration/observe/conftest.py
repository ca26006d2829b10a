from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Condition

import pytest

from labapp.observe.feed.feed import Exited, Feed, FeedEnded, LogLines, News, TreeChanged
from labapp.observe.kernel.process import Process, started_at
from labapp.observe.kernel.reader import open_reader
from labapp.observe.roles import Roles
from labapp.observe.tree import Tree

PROGRAMS = Path(__file__).parent / "programs"
PATIENCE = 20.0


def eventually(condition: Callable[[], object], what: str = "") -> None:
    """Wait until a condition holds."""
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(f"did not happen within {PATIENCE} s: {what or condition}")
        time.sleep(0.005)


class Family:
    """The processes below a root, which ends them all when the block ends."""

    def __init__(self, root: subprocess.Popen[bytes], log: Path) -> None:
        self.root = root
        self.log = log
        self.roles = Roles(prefork=True)
        self.reader = open_reader(root.pid)

    def read(self) -> list[Process]:
        return self.reader.read()

    def tree(self) -> Tree:
        return self.roles.name(self.read())

    def await_workers(self, number: int) -> Tree:
        eventually(lambda: len(self.tree().workers) == number, f"{number} workers")
        return self.tree()

    def becomes(self, labels: str) -> None:
        """Wait until the tree shows these labels."""
        seen: dict[str, None] = {}

        def shown() -> bool:
            seen[repr(self.tree())] = None
            return f"<Tree {labels}>" in seen

        try:
            eventually(shown)
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
    eventually(lambda: not [p for p in members if started_at(p.pid) == p.started], "the family is gone")


@pytest.fixture
def family(tmp_path) -> Iterator[Callable[..., Family]]:
    """Run a command, or a program of this folder, under a root of its own."""
    with ExitStack() as stack:

        def run(*command: str) -> Family:
            program = PROGRAMS / f"{command[0]}.py"
            words = [sys.executable, str(program), *command[1:]] if program.exists() else list(command)
            log = tmp_path / f"{command[0].rpartition('/')[2]}.log"
            return stack.enter_context(running(words, log))

        yield run


@pytest.fixture
def prefork(family) -> Callable[[int], Family]:
    """Run the prefork program until it has its workers."""

    def run(workers: int) -> Family:
        running = family("prefork", str(workers))
        running.await_workers(workers)
        return running

    return run


class Recorder:
    """A subscriber that remembers what it was told."""

    def __init__(self) -> None:
        self.news: list[News] = []
        self._told = Condition()

    def __call__(self, news: News) -> None:
        with self._told:
            self.news.append(news)
            self._told.notify_all()

    def wait(self, condition: Callable[[], object]) -> None:
        with self._told:
            assert self._told.wait_for(condition, PATIENCE), self.news[-5:]

    @property
    def pids(self) -> set[int]:
        trees = [news for news in self.news if isinstance(news, TreeChanged)]
        return {process.pid for process in trees[-1].processes} if trees else set()

    @property
    def trees(self) -> list[list[Process]]:
        return [news.processes for news in self.news if isinstance(news, TreeChanged)]

    @property
    def exits(self) -> dict[int, int | None]:
        return {news.pid: news.status for news in self.news if isinstance(news, Exited)}

    @property
    def lines(self) -> list[str]:
        return [line for news in self.news if isinstance(news, LogLines) for line in news.lines]

    @property
    def ended(self) -> bool:
        return any(isinstance(news, FeedEnded) for news in self.news)


def gone(pid: int) -> bool:
    """Tell whether there is no such process, or only a zombie of it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.fixture
def follow() -> Iterator[Callable[..., tuple[Feed, Recorder]]]:
    """Follow a family; every sampler is gone afterwards."""
    with ExitStack() as stack:

        def start(family: Family, events: str = "auto") -> tuple[Feed, Recorder]:
            feed = stack.enter_context(Feed(family.root.pid, family.log, events=events))
            recorder = Recorder()
            feed.subscribe(recorder)
            sampler = feed.pid
            assert sampler is not None
            stack.callback(eventually, lambda: gone(sampler), "the sampler is gone")
            # Closed in reverse order: the feed first.
            stack.callback(feed.close)
            recorder.wait(lambda: recorder.trees and recorder.pids >= {p.pid for p in family.read()})
            return feed, recorder

        yield start
