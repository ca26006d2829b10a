"""Every public entry of the vocabulary answers an argument that is none in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from labapp import lab
from labapp.arguments import ArgumentError
from labapp.observe.timeline import Timeline, TimelineSlice
from labapp.servers.kinds.nginx import NginxServer
from labapp.servers.log import Log
from labapp.servers.signals import parse_signal

ENVIRONMENT = "a mapping of strings to strings, such as {'PORT': '8000'}, or None"
SECONDS = "a number of seconds, 0 or more"
COUNT = "a whole number, 0 or more"
SERVER = "a server, as lab.launch or lab.nginx returns it"
PATH = "a path on this server, such as '/ping'"
NOBODY = object()  # In the place of a server: what is none is told before the server is asked.
CONFIG = "server { listen {{ listen }}; }"
URL = "http://[::1]:1"

# What is called, with what, and the sentence.
WRONG: list[tuple[Callable[..., object], tuple[object, ...], dict[str, object], str]] = [
    (lab.launch, (None,), {}, "launch(command=…): expected a string, or a list of its words, got None."),
    (lab.launch, (["a", 3],), {}, "expected a string, or a list of its words, got ['a', 3] (a list)."),
    (lab.launch, ("gunicorn", "shop:app"), {}, "lab.launch('program shop:app')."),
    (lab.launch, (), {}, "launch() expected command: a string, or a list of its words; got none."),
    (lab.launch, ("a",), {"tiemout": 3}, "expected no argument 'tiemout'; did you mean timeout?"),
    (lab.launch, ("a",), {"env": {"A": 1}}, f"(env=…): expected {ENVIRONMENT}, got {{'A': 1}} (a dict)."),
    (lab.launch, ("a",), {"env": {"A=B": "1"}}, f"(env=…): expected {ENVIRONMENT}, got {{'A=B': '1'}}"),
    (lab.launch, ("a",), {"env": ["A=1"]}, f"(env=…): expected {ENVIRONMENT}, got ['A=1'] (a list)."),
    (lab.launch, ("a",), {"timeout": None}, f"(timeout=…): expected {SECONDS}, got None."),
    (lab.launch, ("a",), {"timeout": True}, f"(timeout=…): expected {SECONDS}, got True (a bool)."),
    (lab.launch, ("a",), {"timeout": -1}, f"(timeout=…): expected {SECONDS}, got -1 (an int)."),
    (lab.launch, ("a",), {"timeout": float("nan")}, f"(timeout=…): expected {SECONDS}, got nan (a float)."),
    (lab.launch, ("a",), {"cwd": 3}, "(cwd=…): expected a path, or None, got 3 (an int)."),
    (lab.launch, ("a",), {"ready": "a b"}, "expected a path that begins with /, without blanks, got 'a b'"),
    (lab.launch, ("a",), {"exposed": "no"}, "(exposed=…): expected True or False, got 'no' (a str)."),
    (lab.nginx, (None,), {}, "nginx(config=…): expected a string, or a Path, got None."),
    (lab.nginx, (CONFIG,), {"workers": "2"}, f"(workers=…): expected {COUNT}, got '2' (a str)."),
    (lab.nginx, (CONFIG,), {"timeout": None}, f"(timeout=…): expected {SECONDS}, got None."),
    (NginxServer.reload, (NOBODY, 3), {}, "(config=…): expected a string, or a Path, or None, got 3"),
    (
        lab.watch,
        (["web"],),
        {},
        f"watch(server=…): expected {SERVER} (of several each, lab.watch(edge, web)), got ['web'] (a list).",
    ),
    (lab.load, (None,), {}, f"load(target=…): expected {SERVER}, or a URL of this machine, got None."),
    (lab.load, (URL, 3), {}, f"(path=…): expected {PATH}, or None, got 3 (an int)."),
    (lab.load, (URL,), {"body": 3}, "(body=…): expected bytes or a string, got 3 (an int)."),
    (lab.load, (URL,), {"headers": ["A"]}, "'Accept': 'text/html'}, or None, got ['A'] (a list)."),
    (lab.reset, ("x",), {}, f"reset(timeout=…): expected {SECONDS}, got 'x' (a str)."),
    (lab.trace, ("x",), {"during": print}, "trace(pid=…): expected a pid, or several, got 'x' (a str)."),
    (lab.descriptors, (1, 2), {}, "descriptors(address=…): expected a string, got 2 (an int)."),
    (lab.Server.request, (NOBODY, "GET", 3), {}, f"(path=…): expected {PATH}, got 3 (an int)."),
    (lab.Server.request, (NOBODY, "GET", "http://a.org/"), {}, f"expected {PATH}, got 'http://a.org/'"),
    (lab.Server.stop, (NOBODY, "x"), {}, f"stop(timeout=…): expected {SECONDS}, got 'x' (a str)."),
    (lab.Server.wait_until, (NOBODY, 3), {}, "(condition=…): expected a function to call, or None, got 3"),
    (lab.Server.wait_until, (NOBODY,), {"workers": "2"}, f"(workers=…): expected {COUNT}, or None, got '2'"),
    (Log.tail, (NOBODY, "x"), {}, f"tail(count=…): expected {COUNT}, got 'x' (a str)."),
    (Log.wait_for, (NOBODY, "("), {}, "expected a regular expression, such as 'Booting worker', got '('"),
    (Timeline.last, (NOBODY, "x"), {}, f"last(seconds=…): expected {SECONDS}, got 'x' (a str)."),
    (Timeline.wait_for, (NOBODY,), {"requests": "x"}, f"(requests=…): expected {COUNT}, or None, got 'x'"),
    (TimelineSlice.during, (NOBODY, 3), {}, "during(load=…): expected what lab.load returned, got 3"),
    (TimelineSlice.between, (NOBODY, 1, "x"), {}, "between(last=…): expected a number, got 'x' (a str)."),
]


@pytest.mark.parametrize(("entry", "args", "named", "sentence"), WRONG)
def test_what_is_none_is_told(
    entry: Callable[..., object], args: tuple[object, ...], named: dict[str, object], sentence: str
) -> None:
    with pytest.raises(ArgumentError) as caught:
        entry(*args, **named)
    assert sentence in str(caught.value)
    assert caught.value._render_traceback_() == [f"\x1b[31m\x1b[1mArgumentError\x1b[0m: {caught.value}"]


@pytest.mark.parametrize("which", [None, 2.5, True, "FOO"])
def test_what_is_no_signal_is_answered_with_their_names(which: object) -> None:
    with pytest.raises(ValueError, match=f"There is no signal {which!r} here. The names: ABRT"):
        parse_signal(which)  # type: ignore[arg-type]


def test_a_directory_that_cannot_be_entered_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr("os.access", lambda *_: False)  # Root may enter every one.
    for cwd, sentence in (
        (tmp_path, f"You may not enter the directory '{tmp_path}'"),
        (tmp_path / "none", f"The directory '{tmp_path}/none' does not exist"),
        (tmp_path / "file", f"'{tmp_path}/file' is no directory, but a file"),
        (tmp_path / ("x" * 300), "cannot be reached: File name too long"),
    ):
        with pytest.raises(lab.LaunchError, match=sentence):
            lab.launch("gunicorn shop:app", cwd=cwd)


def test_a_command_with_a_nul_is_told() -> None:
    with pytest.raises(lab.LaunchError, match="has a NUL character in it"):
        lab.launch("gunicorn shop:app\0")
