"""Families of processes, run and followed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from support.families import PROGRAMS, Family, Recorder, running
from support.waiting import gone, wait_for

from labapp.observe.feed import Feed


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
            stack.callback(wait_for, lambda: gone(sampler), what="the sampler is gone")
            # Closed in reverse order: the feed first.
            stack.callback(feed.close)
            recorder.wait(lambda: recorder.trees and recorder.pids >= {p.pid for p in family.read()})
            return feed, recorder

        yield start
