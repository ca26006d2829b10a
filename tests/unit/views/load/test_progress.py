"""How far a load has come: where it is shown, and that nothing of it stays."""

from __future__ import annotations

import io
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from labapp.load.order import Order
from labapp.views.load import progress as load_progress
from labapp.views.load.progress import Progress

ORDER = Order("127.0.0.1:8000", requests=10)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Publisher:
    """Keeps a display as a client would: by its id, each update in the place of what was there."""

    def __init__(self) -> None:
        self.outputs: dict[str, Any] = {}
        self.history: list[Any] = []

    def publish(self, data: Any, *, metadata: Any, transient: Any, update: bool) -> None:
        assert update == (transient["display_id"] in self.outputs)
        self.outputs[transient["display_id"]] = data
        self.history.append(data)


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(load_progress, "_EVERY", 0.0)


@pytest.fixture
def notebook(monkeypatch):
    """Run as in a kernel whose client has a person before it, or has none."""

    def run(person: bool) -> Publisher:
        shell = SimpleNamespace(kernel=SimpleNamespace(_allow_stdin=person), display_pub=Publisher())
        monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
        return shell.display_pub

    return run


def go(**options: bool) -> None:
    with Progress(ORDER, **options) as heard:
        heard(2, 0.1)
        heard(5, 0.2)


def test_in_a_notebook_it_moves_and_goes(notebook):
    publisher = notebook(person=True)
    go()
    assert 'value="0.200"' in publisher.history[0]["text/html"]
    assert "5 of 10 requests, 0.2 s" in publisher.history[1]["text/html"]
    assert list(publisher.outputs.values()) == [{"text/html": ""}]


def test_it_goes_when_the_load_is_interrupted(notebook):
    publisher = notebook(person=True)

    def interrupted() -> None:
        with Progress(ORDER) as heard:
            heard(1, 0.1)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert len(publisher.history) == 2
    assert list(publisher.outputs.values()) == [{"text/html": ""}]


def test_where_a_notebook_is_built_or_tested_it_is_silent(notebook):
    publisher = notebook(person=False)
    go()
    assert publisher.history == []


def test_in_a_terminal_it_wipes_its_line(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    monkeypatch.setattr(sys, "stderr", Terminal())
    go()
    shown = sys.stderr.getvalue()
    assert f"{'█' * 15}{'░' * 15} 5 of 10 requests, 0.2 s" in shown
    assert shown.endswith("\r\x1b[K")


def test_in_a_narrow_terminal_it_stays_on_one_line(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("COLUMNS", "40")
    go()
    lines = sys.stderr.getvalue().split("\r\x1b[K")
    assert f"{'█' * 15}{'░' * 15} 5 of 10…" in lines
    assert max(map(len, lines)) == 39


def test_where_the_error_stream_is_closed_it_is_silent(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    monkeypatch.setattr(sys, "stderr", None)
    go()


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_silent_in_a_file_and_when_told_so(monkeypatch, stream):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    monkeypatch.setattr(sys, "stderr", stream())
    go(shown=stream is io.StringIO)
    assert sys.stderr.getvalue() == ""


def test_a_run_that_is_over_at_once_shows_nothing(notebook, monkeypatch):
    monkeypatch.setattr(load_progress, "_EVERY", 60.0)
    publisher = notebook(person=True)
    go()
    assert publisher.history == []


def test_who_listens_hears_how_it_ended(monkeypatch):
    monkeypatch.setattr(load_progress, "_EVERY", 60.0)
    heard = list[str]()
    with load_progress.listening(lambda _, said: heard.append(said)), Progress(ORDER) as progress:
        progress(3, 0.1)
        progress(10, 0.3)
        assert heard == []
    assert heard == ["10 of 10 requests, 0.3 s"]


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (ORDER, (0.5, "5 of 10 requests, 1.0 s")),
        (Order("127.0.0.1:1", duration=4.0), (0.25, "5 requests, 1.0 of 4 s")),
        (Order("127.0.0.1:1", requests=10, duration=1.0), (1.0, "5 of 10 requests, 1.0 of 1 s")),
    ],
)
def test_in_words(order, said):
    assert Progress(order).words(5, 1.0) == said
