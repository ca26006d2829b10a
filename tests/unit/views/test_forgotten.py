"""What becomes of a server whose name a cell takes away, and what is said of one that is left at the end."""

from __future__ import annotations

import linecache
from collections.abc import Callable
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any

import pytest

from labapp.servers import Server
from labapp.views import forgotten

Cell = Callable[[str], None]


class Running(Server):
    """A server that runs until it is stopped, and is nothing else."""

    running = True  # type: ignore[assignment]

    def __init__(self, typed: str, pid: int) -> None:
        self.typed, self.number = typed, pid

    @property
    def pid(self) -> int:
        return self.number

    def stop(self, timeout: float = 5.0) -> None:
        self.running = False

    def __enter__(self) -> Running:
        return self


@pytest.fixture
def names() -> dict[str, Any]:
    return {"Running": Running, "ExitStack": ExitStack, "Out": {}, "SimpleNamespace": SimpleNamespace}


@pytest.fixture
def cell(names: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Cell:
    """Run a cell as IPython does; whoever it makes and nobody stops is `lab.servers()`."""
    made: list[Running] = []
    names["launch"] = lambda typed: made.append(Running(typed, 100 + len(made))) or made[-1]
    names["lab"] = SimpleNamespace(servers=lambda: [server for server in made if server.running])
    monkeypatch.setattr(forgotten, "servers", names["lab"].servers)
    looked_after = forgotten.Names(names)

    def run(text: str) -> None:
        error = None
        # Where a traceback finds the lines of a cell.
        monkeypatch.setitem(
            linecache.cache, "cell", (len(text), None, text.splitlines(keepends=True), "cell")
        )
        looked_after.before_cell()
        try:
            exec(compile(text, "cell", "exec"), names)
        except AssertionError as raised:
            error = raised
        looked_after.after_cell(SimpleNamespace(error_in_exec=error))

    return run


def test_a_server_whose_name_is_given_to_another_is_stopped(cell: Cell, names, capsys):
    cell('web = launch("gunicorn one")')
    old = names["web"]
    cell('web = launch("gunicorn two")')
    assert not old.running
    assert names["web"].running
    assert capsys.readouterr().out == (
        "Stopped `gunicorn one`, process 100: it was `web` and has no name now.\n"
    )


def test_so_is_one_whose_name_is_deleted(cell: Cell, names):
    cell('web = launch("gunicorn one")')
    old = names["web"]
    cell("del web")
    assert not old.running


def test_it_does_not_matter_that_it_was_shown(cell: Cell, names):
    cell('web = launch("gunicorn one"); Out[1] = _ = _1 = web')
    old = names["web"]
    cell('web = launch("gunicorn two")')
    assert not old.running


@pytest.mark.parametrize(
    "kept",
    [
        "other = web",
        "others = [web]",
        "by_name = {'first': (web,)}",
        "shop = SimpleNamespace(front=[web])",
        "stack = ExitStack(); stack.enter_context(web)",
    ],
)
def test_one_that_is_still_led_to_runs_on(cell: Cell, names, capsys, kept: str):
    cell(f'web = launch("gunicorn one"); {kept}')
    old = names["web"]
    cell('web = launch("gunicorn two")')
    assert old.running
    assert capsys.readouterr().out == ""


def test_nothing_is_said_of_one_that_has_ended(cell: Cell, capsys):
    cell('web = launch("gunicorn one")')
    cell("web.stop()")
    cell('web = launch("gunicorn two")')
    assert capsys.readouterr().out == ""


def test_what_runs_at_the_end_is_named(cell: Cell, capsys):
    cell('web = edge = launch("gunicorn one")\nlaunch("gunicorn two")')
    cell("edge.pid\nassert lab.servers() == []")
    assert capsys.readouterr().out.splitlines() == [
        "Still running, from this notebook:",
        "  web = edge: gunicorn one, process 100",
        "  without a name: gunicorn two, process 101",
        "lab.reset() stops them all; then run this cell again.",
    ]


@pytest.mark.parametrize("text", ["assert web.pid == 0", "assert lab.servers() == [], 'mine'"])
def test_another_assertion_has_its_own_words(cell: Cell, capsys, text: str):
    cell('web = launch("gunicorn one")')
    cell(text)
    assert capsys.readouterr().out == ""
