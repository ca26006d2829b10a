"""Who may be compared, what is shown while they are, and that nothing is left running."""

from __future__ import annotations

import re
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from labapp.load import Exchange, Load, Order
from labapp.servers import LaunchError
from labapp.views.comparison import contest
from labapp.views.comparison.board import Board
from labapp.views.comparison.contest import compare
from labapp.views.load import Progress
from labapp.views.load import progress as load_progress

LOAD = Load((Exchange(0, 0.0, 0.5, 200, 9, "", 1),), "GET /")


class Made:
    """A server that is launched for a comparison."""

    running, ending = True, None
    kind = SimpleNamespace(emits_events=False)

    def __init__(self, command: str) -> None:
        self.typed = command
        self.stopped = False

    def __enter__(self) -> Made:
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped = True


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[Made]:
    """Return the servers that a comparison launches; the command `broken` starts none."""
    made: list[Made] = []

    def launch(command: str) -> Made:
        if command == "broken":
            raise LaunchError("There is no module 'x' to import.", "look there.", command=command)
        made.append(Made(command))
        return made[-1]

    monkeypatch.setattr(contest, "launch", launch)
    monkeypatch.setattr(contest, "Server", Made)
    return made


def test_each_is_asked_in_its_turn_and_ends_at_the_end(launched: list[Made]) -> None:
    own, asked = Made("mine"), list[str]()

    def load(server: Any) -> Load:
        asked.append(server.typed)
        assert not any(one.stopped for one in launched)
        return LOAD

    found = compare({"one": "first", "mine": own, "two": "second"}, load)
    assert asked == ["first", "mine", "second"]
    assert list(found) == ["one", "mine", "two"]
    assert [one.stopped for one in launched] == [True, True]
    assert not own.stopped


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_whatever_happens_nothing_is_left_running(launched: list[Made], error: type[BaseException]) -> None:
    def load(_: Any) -> Load:
        raise error

    with pytest.raises(error) as raised:
        compare({"one": "first", "two": "second"}, load)
    told = getattr(raised.value, "__notes__", [])
    assert told == (["It happened while 'one' was compared."] if error is RuntimeError else [])
    assert [one.stopped for one in launched] == [True, True]


def test_one_that_does_not_start_is_named(launched: list[Made]) -> None:
    with pytest.raises(LaunchError, match=r"^two: There is no module 'x' to import\.") as raised:
        compare({"one": "first", "two": "broken"}, lambda _: LOAD)
    assert (raised.value.advice, raised.value.command) == ("look there.", "broken")
    assert [one.stopped for one in launched] == [True]


def test_what_cannot_be_compared_is_answered_in_a_sentence(launched: list[Made]) -> None:
    with pytest.raises(ValueError, match="there is no server to compare"):
        compare({}, lambda _: LOAD)
    with pytest.raises(ValueError, match="nothing to compare 'one' with"):
        compare({"one": "first"}, lambda _: LOAD)
    gone = Made("gone")
    gone.running, gone.ending = False, "exited with 0"
    with pytest.raises(ValueError, match=r"'old' has ended \(exited with 0\)"):
        compare({"one": "first", "old": gone}, lambda _: LOAD)
    with pytest.raises(ValueError, match="a name is empty"):
        compare({"one": "first", " ": "second"}, lambda _: LOAD)
    assert launched == []
    with pytest.raises(ValueError, match="returned NoneType for 'one'"):
        compare({"one": "first", "two": "second"}, lambda _: None)
    assert launched[0].stopped


def test_before_a_person_each_row_moves_and_nothing_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_progress, "_EVERY", 0.0)
    shown: list[dict[str, str]] = []
    publisher = SimpleNamespace(publish=lambda data, **_: shown.append(data))
    shell = SimpleNamespace(kernel=SimpleNamespace(_allow_stdin=True), display_pub=publisher)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    with Board(["sync", "gthread"]) as board:
        # Also of a load whose own progress is switched off.
        with (
            board.turn("sync", "is asked"),
            Progress(Order("127.0.0.1:1", requests=10), shown=False) as heard,
        ):
            heard(5, 0.2)
        board.done("sync", LOAD)
    texts = [data.get("text/plain", "") for data in shown]
    assert texts[0].splitlines() == [
        "One after another, so that none disturbs the others:",
        "sync       0%  waits for its turn",
        "gthread    0%  waits for its turn",
    ]
    assert "sync      50%  now: 5 of 10 requests, 0.2 s" in texts[-3]
    assert "sync     100%  1 request: 1 answered 200, in ≈ 0.50 s" in texts[-2]
    # Whose turn it is is marked, as long as it is.
    marked = [re.findall(r'<tr aria-current="true".*?<th[^>]*>(\w+)', data["text/html"]) for data in shown]
    assert marked == [[], ["sync"], ["sync"], [], []]
    assert shown[-1] == {"text/html": ""}


def test_where_nobody_sits_nothing_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with Board(["sync"]) as made, made.turn("sync", "is asked"):
        made.done("sync", LOAD)
    assert capsys.readouterr() == ("", "")
