"""The rules hide what varies, and nothing that a lesson claims; they are applied as nbval applies them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbval.plugin import IPyNbCell, coalesce_streams, get_sanitize_patterns, nocolors
from support.places import ROOT

from labapp.course.build.sanitise import Sanitiser
from labapp.views.tree import Box
from labapp.views.tree.painter import draw

WIDGET = "application/vnd.jupyter.widget-view+json"
FILE = ROOT / "lessons" / "sanitise.cfg"


@pytest.fixture(scope="module")
def sanitiser() -> Sanitiser:
    return Sanitiser.read(FILE)


def nbval_sanitises(text: str, file: str) -> str:
    rules = dict(get_sanitize_patterns(file))
    cell: Any = SimpleNamespace(parent=SimpleNamespace(sanitize_patterns=rules))
    return str(IPyNbCell.sanitize(cell, text))


def stream(name: str, text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def shown(**data: str) -> dict[str, Any]:
    return {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": data}


def drawn(threads: int) -> str:
    """Return the picture of a master and a worker."""
    return draw([Box("M", "master", 1, threads=threads), Box("W1", "worker", 2, "M", threads=3)], "Tree")


VARIES = [
    ("[2026-11-21 01:02:03 +0000] [4711] [INFO] x", "[2025-01-01 23:59:59 -0300] [12] [INFO] x"),
    ("Listening at: http://127.0.0.1:46393 (4711)", "Listening at: http://127.0.0.1:50001 (8)"),
    (
        "[2026-11-21 01:02:03 +0000] [7] [INFO] Control socket listening at runtime/gunicorn.ctl\nBooted\n",
        "Booted\n[2026-11-21 01:02:03 +0000] [7] [INFO] Control socket listening at runtime/gunicorn.ctl\n",
    ),
    ("Starting gunicorn 27.0.1", "Starting gunicorn 28.1.0"),
    (
        "[2026-11-21 01:02:03 +0000] [7] [INFO] Control socket listening at runtime/gunicorn.ctl\nmore",
        "more",
    ),
    (
        '2026/11/21 08:05:18 [emerg] 27297#27297: unknown directive "x" in runtime/nginx.conf:25',
        '2027/01/01 18:15:28 [emerg] 7#7: unknown directive "x" in runtime/nginx.conf:24',
    ),
    ("daemon off;\nuser root;     # why\nworker_processes 2;", "daemon off;\nworker_processes 2;"),
    ("descriptor 3 -> socket:[367910]", "descriptor 3 -> socket:[12]"),
    ("Booting worker with pid: 4711", "Booting worker with pid: 9"),
    ("Worker exiting (pid: 4711)", "Worker exiting (pid: 12)"),
    ("Worker (pid:4711) was sent SIGKILL!", "Worker (pid:12) was sent SIGKILL!"),
    ('{"pid": 4711, "ppid": 4710}', '{"pid": 1, "ppid": 99999}'),
    ("{'pid': 4711, 'ppid': 4710}", "{'pid': 1, 'ppid': 99999}"),
    ("M: master, pid 4711; W1", "M: master, pid 12; W1"),
    (
        "  answers at http://127.0.0.1:46393; master 8317, 1 worker",
        "  answers at http://127.0.0.1:46394; master 99, 1 worker",
    ),
    ("  does not answer yet; process 8317", "  does not answer yet; process 99"),
    ("http://127.0.0.1:46393/ping", "http://127.0.0.1:32768/ping"),
    ("('127.0.0.1', 46393)", "('127.0.0.1', 50000)"),
    ("http://[::1]:46393", "http://[::1]:50000"),
    ("Date: Sat, 21 Nov 2026 01:02:03 GMT", "Date: Sun, 01 Jan 2027 11:12:13 GMT"),
    ('127.0.0.1 - - [21/Nov/2026:01:02:03 +0000] "GET', '127.0.0.1 - - [01/Jan/2027:11:12:13 +0200] "GET'),
    ("ten requests took ≈ 2.03 s", "ten requests took ≈ 990 ms"),
    ("<object object at 0x7f05bbf4f340>", "<object object at 0x10c8a2b50>"),
    ("<text>cpu 1 %</text><text>23 MB</text>", "<text>cpu 100 %</text><text>9 MB</text>"),
    ("<text>cpu 1 %   27 MB   2 threads</text>", "<text>cpu 0 %   27 MB</text>"),
    ("<text>cpu 1 %   27 MB   3 threads</text>", "<text>cpu 0 %   27 MB   2 threads</text>"),
    (drawn(threads=2), drawn(threads=1)),
    ("master  4711  sleeping  2  0 %  9 MB", "master  4711  sleeping  1  0 %  9 MB"),
    ("runs /tmp/lab-x/run/88-12345-1/gunicorn.ctl", "runs /run/user/1000/labapp/9-1-22/gunicorn.ctl"),
    ("unix:/tmp/lab-x/run/88-12345-1/app.sock", "unix:/tmp/labapp-0/1-22-333/app.sock"),
    ("/tmp/ipykernel_12/345.py:2: UserWarning", "/var/folders/ab/T/ipykernel_9/8.py:2: UserWarning"),
    (
        'File "/srv/x/.venv/lib/python3.11/site-packages/gunicorn/arbiter.py"',
        'File "/usr/lib/python3.14/site-packages/gunicorn/arbiter.py"',
    ),
    ('File "/usr/lib/python3.11/socket.py"', 'File "/opt/python/lib/python3.14/socket.py"'),
    ('File "/srv/course/labapp/web/app.py"', 'File "/Users/ada/labapp/labapp/web/app.py"'),
    ("/srv/x/.venv/bin/python -m", "/usr/bin/python -m"),
    (
        "Traceback (most recent call last):\n  File x, line 1\n    f()\n    ^^^\nKeyError: 'a'",
        "Traceback (most recent call last):\n  File y, line 2\nKeyError: 'a'",
    ),
    (
        "           pid  state     threads  CPU  memory\nmaster    4711  sleeping        2  0 %   23 MB",
        "         pid  state    threads   CPU  memory\nmaster    12  running        2  10 %  9 MB",
    ),
    (
        "mod_wsgi           dropped   exited with status 0\n",
        "mod_wsgi           not here: it is not installed\n",
    ),
]


@pytest.mark.parametrize(("one", "other"), VARIES)
def test_hides_what_varies(sanitiser: Sanitiser, one: str, other: str) -> None:
    assert sanitiser(one) == sanitiser(other) != one


CLAIMED = [
    ("5 workers", "6 workers"),
    ("W5", "W6"),
    ("worker 3", "worker 4"),
    ("Listening at: http://127.0.0.1:8000 (1)", "Listening at: http://127.0.0.1:9000 (1)"),
    (
        "  answers at http://127.0.0.1:46393; master 8317, 1 worker",
        "  answers at http://127.0.0.1:46393; master 8317, 5 workers",
    ),
    ("killed by SIGKILL", "killed by SIGTERM"),
    ("exited with status 3", "exited with status 4"),
    ("0 calls", "60 calls"),
    ("Using worker: sync", "Using worker: gthread"),
    ("share: 20 %", "share: 40 %"),
    ("60 of 60", "59 of 60"),
    ("took 2.03 s", "took 0.2 s"),
    ("sockets held: 1", "sockets held: 6"),
    ("<Tree M(W1 W2)>", "<Tree M(W1 W2 W3)>"),
    ("worker 3  4711  stopped  1  0 %  9 MB", "worker 3  4711  sleeping  1  0 %  9 MB"),
    ("worker 3  4711  sleeping  1  0 %  9 MB", "worker 3  4711  sleeping  2  0 %  9 MB"),
    (
        "Traceback (most recent call last):\n  File x, line 1\nKeyError: 'a'",
        "Traceback (most recent call last):\n  File x, line 1\nKeyError: 'b'",
    ),
    ("<text>cpu 1 %   27 MB   4 threads</text>", "<text>cpu 0 %   27 MB</text>"),
    (drawn(threads=4), drawn(threads=1)),
    ("[TIME] [PID] [INFO] a", "[TIME] [PID] [ERROR] a"),
    ("HTTP/1.1 200 OK", "HTTP/1.1 500 Internal Server Error"),
]


@pytest.mark.parametrize(("one", "other"), CLAIMED)
def test_never_hides_what_a_lesson_claims(sanitiser: Sanitiser, one: str, other: str) -> None:
    assert sanitiser(one) != sanitiser(other)


@pytest.mark.parametrize("text", [text for pair in VARIES + CLAIMED for text in pair])
def test_does_as_nbval_does(sanitiser: Sanitiser, text: str) -> None:
    assert sanitiser(text) == nbval_sanitises(text, FILE.read_text())


def test_no_rule_is_ill_written() -> None:
    """nbval passes over a rule that it cannot read, such as one whose empty replacement lost its space."""
    written = FILE.read_text()
    assert written.count("\nregex:") == len(get_sanitize_patterns(written)) == written.count("\nreplace:")


def test_a_pattern_written_twice_keeps_its_place_and_its_last_replacement() -> None:
    file = "regex: a\nreplace: b\n\nregex: b\nreplace: c\n\nregex: a\nreplace: bb\n"
    assert Sanitiser(file)("a") == nbval_sanitises("a", file) == "cc"


def test_what_is_not_text_is_left_alone(sanitiser: Sanitiser) -> None:
    assert sanitiser({"pid": 4711}) == {"pid": 4711}


@pytest.mark.parametrize("text", [text for pair in VARIES for text in pair])
def test_a_published_output_compares_equal_to_the_run_it_came_from(sanitiser: Sanitiser, text: str) -> None:
    assert sanitiser(sanitiser.shorten(text)) == sanitiser(text)


def test_a_published_path_begins_where_every_reader_finds_it(sanitiser: Sanitiser) -> None:
    shown = sanitiser.shorten('"/srv/x/.venv/lib/python3.11/site-packages/gunicorn/arbiter.py", pid 4711')
    assert shown == '"site-packages/gunicorn/arbiter.py", pid 4711'


class Cell:
    """As much of nbval's cell as comparing takes."""

    compare_outputs = IPyNbCell.compare_outputs
    sanitize = IPyNbCell.sanitize
    colors = nocolors

    def __init__(self, sanitiser: Sanitiser) -> None:
        skipped = ("metadata", "traceback", "output_type", "name", "execution_count", WIDGET)
        self.parent = SimpleNamespace(sanitize_patterns=sanitiser.rules, skip_compare=skipped)

    def format_output_compare(self, key: str, left: object, right: object) -> None:
        """Nobody reads it here."""


def error(value: str) -> dict[str, Any]:
    return {"output_type": "error", "ename": "E", "evalue": value, "traceback": ["E"]}


def view(model: str) -> dict[str, Any]:
    data = {WIDGET: {"model_id": model}, "text/plain": "4 workers"}
    return {"output_type": "display_data", "metadata": {}, "data": data}


SAMPLES: list[list[dict[str, Any]]] = [
    [],
    [stream("stdout", "pid 1\n")],
    [stream("stdout", "pid"), stream("stderr", "x"), stream("stdout", " 22\n")],
    [stream("stderr", "x"), stream("stdout", "pid 1\n")],
    [shown(plain="4 workers")],
    [shown(plain="4 workers"), shown(plain="4 workers")],
    [shown(plain="5 workers")],
    [shown(plain="pid 1", svg="<svg>pid 1</svg>")],
    [shown(plain="pid 2", svg="<svg>pid 2</svg>")],
    [error("pid 1")],
    [error("pid 2")],
    [error("other")],
    [view("a")],
    [view("b")],
]


@pytest.mark.parametrize("one", range(len(SAMPLES)))
@pytest.mark.parametrize("other", range(len(SAMPLES)))
def test_compares_as_nbval_compares(sanitiser: Sanitiser, one: int, other: int) -> None:
    left, right = (coalesce_streams(nbformat.from_dict(SAMPLES[number])) for number in (one, other))
    assert sanitiser.same(SAMPLES[one], SAMPLES[other]) == Cell(sanitiser).compare_outputs(left, right)


def test_streams_are_one_text_each_in_whatever_pieces_they_came(sanitiser: Sanitiser) -> None:
    pieces = [stream("stdout", "a"), stream("stderr", "!"), stream("stdout", "b")]
    assert sanitiser.same(pieces, [stream("stderr", "!"), stream("stdout", "ab")])


def test_outputs_differ_in_text_in_number_and_in_kind(sanitiser: Sanitiser) -> None:
    one = [shown(plain="4 workers")]
    assert sanitiser.same(one, [shown(plain="4 workers")])
    assert not sanitiser.same(one, [shown(plain="5 workers")])
    assert not sanitiser.same(one, one * 2)
    assert not sanitiser.same(one, [shown(plain="4 workers", html="4")])
    assert not sanitiser.same(one, [])


def test_an_error_is_the_same_in_name_value_and_traceback(sanitiser: Sanitiser) -> None:
    def error(value: str, line: str) -> list[dict[str, Any]]:
        return [{"output_type": "error", "ename": "E", "evalue": value, "traceback": [line]}]

    assert sanitiser.same(error("pid 1", "at 0x7f05bbf4f340"), error("pid 2", "at 0x7f05bbf4f341"))
    assert not sanitiser.same(error("a", "x"), error("b", "x"))
    assert not sanitiser.same(error("a", "x"), error("a", "y"))
