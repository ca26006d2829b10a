"""What a learner's code left running: found, stopped, and put into words."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import time
from contextlib import ExitStack, suppress
from typing import Any, Self

from labapp.course.exercise.running.orphans import adopting, reap
from labapp.course.exercise.running.threads import Threads
from labapp.observe.kernel import Process, command_line, open_reader

_GRACE = 1.0
_BIRTH = 0.1
# The lab's own helpers come and go with servers and views.
_OURS = ("labapp.observe.sampler", "labapp/servers/guard/guard.py")


class Leftovers:
    """Remembers what runs when the block begins; whatever was started in it and still runs is a leftover."""

    def __enter__(self) -> Self:
        self._servers = _servers()
        self._children = {child.identity for child in _children()}
        self._threads = Threads()
        self._stack = ExitStack()
        self._stack.enter_context(adopting())
        return self

    def __exit__(self, *exc: object) -> None:
        with self._stack:
            self.clear()

    def clear(self) -> str:
        """Stop the leftovers and name them; return "" if there are none."""
        named = []
        for server in _servers():
            if server not in self._servers:
                named.append(f"`{shlex.join(server.command)}` (now stopped)")
                server.stop(timeout=_GRACE)
        # The children of one that is ended are the next.
        while new := self._new_children():
            for child in new:
                named.append(f"a process of its own, `{child.title or child.command}` (now ended)")
                _end(child)
        reap([child.pid for child in self._unknown_children()])
        return ", ".join([*named, *self._threads.end()])

    def _new_children(self) -> list[Process]:
        deadline, unborn = time.monotonic() + _BIRTH, {"", command_line(os.getpid())}
        while True:
            new = [child for child in self._unknown_children() if child.alive]
            # For a moment after its start a process has no command line, and before that its parent's.
            if time.monotonic() > deadline or not {child.title for child in new} & unborn:
                return new
            time.sleep(0.01)

    def _unknown_children(self) -> list[Process]:
        return [child for child in _children() if child.identity not in self._children]


def _servers() -> list[Any]:
    """Return the lab's running servers; none where nobody has loaded what launches them."""
    registry = sys.modules.get("labapp.servers.registry")
    return list(registry.servers()) if registry else []


def _children() -> list[Process]:
    with open_reader(os.getpid()) as reader:
        children = [process for process in reader.read() if process.ppid == os.getpid()]
    return [child for child in children if not any(name in child.title for name in _OURS)]


def _end(child: Process) -> None:
    """End a child of this process: with TERM, and with KILL where that is not enough."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.kill(child.pid, number)
        deadline = time.monotonic() + _GRACE
        while time.monotonic() < deadline:
            # Not waited for: whoever started it may still ask how it ended.
            if not any(each.identity == child.identity and each.alive for each in _children()):
                return
            time.sleep(0.01)
