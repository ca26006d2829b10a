"""Why there is no report: a sentence for each kind of application that has none; the words of the shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from labapp.arguments import ArgumentError
from labapp.examine import from_shell, refusals
from labapp.examine.figures import Probe
from labapp.examine.machine import Machine, this_machine
from labapp.examine.progress import Progress, TimeOverError
from labapp.lab import examine
from labapp.servers import LaunchError, command
from labapp.servers.kinds.gunicorn import Gunicorn

KIND = Gunicorn(command.parse(["python", "-m", "gunicorn", "shop:app"]))


def refused(*probes: Probe, cause: str = "", log: tuple[str, ...] = ()) -> refusals.ExamineError | None:
    return refusals.no_path(probes, KIND, cause, log)


def test_one_path_that_can_be_measured_is_enough():
    assert refused(Probe("/", 200, 0.01), Probe("/x", 500, 0.01)) is None
    assert refused(Probe("/", 302, 0.01)) is None


NO_TABLE = "sqlite3.OperationalError: no such table: users (shop.py, line 3)"
NOTHING = Probe("/x", 0, 4, error="none within 4 s")


@pytest.mark.parametrize(
    ("probes", "cause", "summary", "advice"),
    [
        (
            [Probe("/", 404, 0), Probe("/x", 404, 0)],
            "",
            "answers 404 everywhere it was asked: / /x.",
            "name paths",
        ),
        ([Probe("/", 500, 0)], NO_TABLE, f"GET / is answered with 500: {NO_TABLE}.", "give it the database"),
        (
            [Probe("/", 500, 0), Probe("/x", 503, 0)],
            "",
            "Each of 2 paths is answered with 500/503: its log may say why.",
            "by hand",
        ),
        ([Probe("/", 400, 0)], "", "No path can be measured: / answers 400.", "ALLOWED_HOSTS"),
        (
            [Probe("/", 401, 0), NOTHING],
            "",
            "No path can be measured: / answers 401; /x gave no answer (none within 4 s).",
            "answers to anybody",
        ),
    ],
)
def test_a_sentence_for_each(probes, cause, summary, advice):
    error = refused(*probes, cause=cause)
    assert summary in error.summary
    assert advice in error.advice
    assert str(error).endswith("The command was: python -m gunicorn shop:app")


def test_the_log_is_shown_where_it_says_why_without_what_says_nothing():
    noise = "[1] [INFO] Control socket listening at /x"
    error = refused(Probe("/", 500, 0), cause="ValueError: no", log=(noise, "ValueError: no"))
    assert error.log_tail == ("ValueError: no",)


def test_one_that_would_be_reached_from_elsewhere_is_told_where_to_bind():
    error = refusals.not_started(
        LaunchError("gunicorn would listen at 0.0.0.0:1, where other …", "exposed=True")
    )
    assert error.advice.startswith("bind it to 127.0.0.1 to examine it")
    assert refusals.not_started(LaunchError("There is no module.", "try")).advice == "try"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"paths": []}, "from 1 to 12 of them, got 0"),
        ({"paths": "/"}, "expected a list of paths"),
        ({"paths": ["ping"]}, "expected a list of paths"),
        ({"paths": [7]}, "expected a list of paths"),
        ({"within": 2}, "from 5 to 900 seconds"),
        ({"within": "90"}, "expected a number"),
    ],
)
def test_what_cannot_be_examined_is_said_before_anything_runs(given, said):
    with pytest.raises(ValueError, match=said):
        examine("gunicorn shop:app", **given)
    with pytest.raises(ArgumentError, match="write the whole command as one string"):
        examine("gunicorn", "shop:app", "--workers", "2")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["gunicorn", "shop:app"], "Put the command in quotes"),
        (["gunicorn shop:app", *["/"] * 13], "13 paths: at most 12"),
        (["gunicorn shop:app", "--within", "1"], "from 5 to 900 seconds"),
        (["gunicorn shop:app", "--within", "soon"], "from 5 to 900 seconds"),
        (["gunicorn shop:app", "--html", "/no/such/folder/r.html"], "cannot be written"),
        (["gunicorn shop:app", "--html", "/"], "cannot be written"),
    ],
)
def test_the_shell_s_words(words, said, capsys):
    with pytest.raises(SystemExit) as ended:
        from_shell.main(words)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_paths_may_stand_on_both_sides_of_an_option():
    parsed = from_shell._parser().parse_intermixed_args(["g", "/a", "--within", "9", "/b"])
    assert (parsed.command, parsed.paths, parsed.within) == ("g", ["/a", "/b"], 9.0)


def test_the_limits_of_a_container_count(tmp_path: Path):
    (tmp_path / "cpu.max").write_text("50000 100000\n")
    (tmp_path / "memory.max").write_text("300000000\n")
    (tmp_path / "memory.current").write_text("100000000\n")
    found = this_machine(tmp_path)
    assert found.processors <= 0.5
    assert found.memory <= 200_000_000
    (tmp_path / "cpu.max").write_text("max 100000\n")
    (tmp_path / "memory.max").write_text("max\n")
    assert this_machine(tmp_path).processors >= 0.5
    assert isinstance(this_machine(tmp_path / "none"), Machine)


def test_the_time_ends_a_load_that_is_under_way(monkeypatch):
    shown = []
    monkeypatch.setattr("labapp.examine.progress.shown_here", lambda: lambda *said: shown.append(said))
    with Progress(60) as bar:
        bar.now("the knee of /")
        assert shown[-1][1] == "0 of at most 60 s: the knee of /"
        bar.within = 0.5
        with pytest.raises(TimeOverError):
            bar.heard(10, 0.2)
    assert shown[-1] == (0.0, "")
