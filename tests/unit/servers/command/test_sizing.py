"""The size of a command, and the same command with another one."""

from __future__ import annotations

import pytest

from labapp.servers import Size, command
from labapp.servers.command import Sizing
from labapp.servers.kinds.gunicorn import Gunicorn
from labapp.servers.kinds.uvicorn import Uvicorn
from labapp.servers.kinds.waitress import Waitress

GUNICORN, UVICORN, WAITRESS = "python -m gunicorn", "python -m uvicorn", "python -m waitress"
KINDS = {GUNICORN: Gunicorn, UVICORN: Uvicorn, WAITRESS: Waitress}


@pytest.mark.parametrize(
    ("server", "typed", "size", "other", "expected"),
    [
        (GUNICORN, "shop:app", Size(1, 1), Size(2, 1), "shop:app --workers 2 --threads 1"),
        (GUNICORN, "-w 4 shop:app", Size(4, 1), Size(2, 4),
         "-w 2 shop:app --threads 4 --worker-class gthread"),
        (GUNICORN, "-w4 shop:app --workers=5", Size(5, 1), Size(2, 1), "-w 2 shop:app --threads 1"),
        (GUNICORN, "-k sync shop:app", Size(1, 1), Size(1, 4),
         "-k gthread shop:app --workers 1 --threads 4"),
        (GUNICORN, "-k gevent -w 2 shop:app", Size(2), Size(4), "-k gevent -w 4 shop:app"),
        (UVICORN, "shop:app", Size(1), Size(2), "shop:app --workers 2"),
        (UVICORN, "shop:app --workers 3", Size(3), Size(6), "shop:app --workers 6"),
        (WAITRESS, "shop:app", Size(None, 4), Size(None, 16), "--threads 16 shop:app"),
        (WAITRESS, "--threads=8 shop:app", Size(None, 8), Size(None, 32), "--threads 32 shop:app"),
    ],
)  # fmt: skip
def test_a_command_s_size_and_another_one(server, typed, size, other, expected):
    kind = KINDS[server](command.parse(f"{server} {typed}"))
    assert kind.size == size
    start = len(kind.command.argv) - len(kind.command.arguments)
    assert kind.sizing.words(kind.command.argv, other, start) == f"{server} {expected}".split()


@pytest.mark.parametrize(
    ("typed", "env", "size", "timeouts"),
    [
        ("shop:app", {"WEB_CONCURRENCY": "3"}, Size(3, 1), (30, 30)),
        ("shop:app -t 5", {"GUNICORN_CMD_ARGS": "--threads 8 --graceful-timeout 7"}, Size(1, 8), (5, 7)),
        ("-c large.py shop:app", {}, Size(6, 2), (9, 30)),
        # What is computed there is not known: workers can be counted when it runs, threads cannot.
        ("-c computed.py shop:app", {}, Size(1, None), (30, 30)),
    ],
)
def test_gunicorn_reads_its_size_where_it_reads_everything(tmp_path, typed, env, size, timeouts):
    (tmp_path / "large.py").write_text("workers = 6\nthreads = 2\ntimeout = 9\n")
    (tmp_path / "computed.py").write_text("import os\nworkers = threads = os.cpu_count() * 2\n")
    kind = Gunicorn(command.parse(f"{GUNICORN} {typed}", cwd=tmp_path, env=env))
    assert kind.size == size
    assert tuple(kind.timeouts.values()) == timeouts


def test_a_size_in_words():
    assert [str(size) for size in (Size(1, 1), Size(2, 4), Size(3), Size(None, 4), Size())] == [
        "1 worker, 1 thread",
        "2 workers, 4 threads each",
        "3 workers",
        "4 threads",
        "as it is",
    ]
    assert not Sizing()


def test_one_that_is_not_observed_is_given_nothing_to_tell_with():
    for server, kind in KINDS.items():
        one = kind(command.parse(f"{server} shop:app"))
        one.observed = False
        assert not one.emits_events
