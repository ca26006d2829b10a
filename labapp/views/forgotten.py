"""Servers that a notebook forgets: one that no name leads to is stopped, one left at the end is named."""

from __future__ import annotations

import sys
import traceback
from collections import deque
from collections.abc import Iterator, Mapping
from types import MethodType
from typing import Any

from labapp.servers import Server, servers

DEPTH = 4  # Steps from a name to a server: a list, an ExitStack's callbacks, an object of the notebook's own.
PATIENCE = 2.0  # Seconds for the requests of a server that is stopped.


def remember_names() -> None:
    """Look after the names of this notebook, if it is one, from now on."""
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython else None
    if shell is not None:
        names = Names(shell.user_ns)
        shell.events.register("pre_run_cell", names.before_cell)
        shell.events.register("post_run_cell", names.after_cell)


class Names:
    """Which servers the names of a notebook lead to, before a cell and after it."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self._namespace = namespace
        self._before: dict[str, Server] = {}

    def before_cell(self, _: object = None) -> None:
        """Note where the names lead."""
        self._before = self._named()

    def after_cell(self, result: Any) -> None:
        """Stop what the cell took the name of; name what runs if the cell asserts that nothing does."""
        now = self._named()
        lost = {name: old for name, old in self._before.items() if now.get(name) is not old and old.running}
        self._before = now
        # To look behind every name takes time: only for a server in question.
        held = {id(server) for server in self._held()} if lost else set()
        for name, server in lost.items():
            if id(server) not in held and server.running:
                server.stop(PATIENCE)
                print(f"Stopped `{server.typed}`, process {server.pid}: it was `{name}` and has no name now.")
        if _asserts_that_nothing_runs(result.error_in_exec) and (left := servers()):
            print("Still running, from this notebook:", *map(self._line, left), sep="\n")
            print("lab.reset() stops them all; then run this cell again.")

    def _named(self) -> dict[str, Server]:
        own = (name for name in self._namespace if not name.startswith("_"))
        return {name: value for name in list(own) if isinstance(value := self._namespace.get(name), Server)}

    def _held(self) -> Iterator[Server]:
        for name, value in list(self._namespace.items()):
            # IPython keeps every output, and the shell itself has a name.
            if not name.startswith("_") and name not in ("In", "Out", "exit", "quit", "get_ipython"):
                yield from _behind(value, DEPTH)

    def _line(self, server: Server) -> str:
        names = [name for name, named in self._named().items() if named is server]
        return f"  {' = '.join(names) or 'without a name'}: {server.typed}, process {server.pid}"


def _behind(value: object, depth: int) -> Iterator[Server]:
    """Yield the servers that a value is, holds, or keeps in its attributes."""
    if isinstance(value, Server):
        yield value
        return
    if depth == 0 or isinstance(value, type):
        return
    if isinstance(value, Mapping):
        inside: Any = list(value.values())
    elif isinstance(value, list | tuple | set | frozenset | deque):
        inside = list(value)
    elif isinstance(value, MethodType):
        inside = [value.__self__]
    else:
        inside = list(getattr(value, "__dict__", {}).values()) if type(value).__module__ != "builtins" else []
    for one in inside:
        yield from _behind(one, depth - 1)


def _asserts_that_nothing_runs(error: BaseException | None) -> bool:
    """Whether this is the failure of `assert lab.servers() == []`, which has no words of its own."""
    if not isinstance(error, AssertionError) or error.args or error.__traceback__ is None:
        return False
    return "servers()" in (traceback.extract_tb(error.__traceback__)[-1].line or "")
