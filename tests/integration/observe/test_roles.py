from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from support.waiting import wait_for

from labapp.observe.roles import Roles
from labapp.observe.shape import Shape

GUNICORN = [
    str(Path(sys.executable).with_name("gunicorn")),
    "wsgiref.simple_server:demo_app",
    *("--bind", "127.0.0.1:0", "--no-control-socket"),
]


def labels(tree) -> list[str]:
    return [process.label for process in tree]


@pytest.fixture
def gunicorn(family):
    def run(*options: str, workers: int):
        server = family(*GUNICORN, "--workers", str(workers), *options)
        server.await_workers(workers)
        return server

    return run


def test_a_killed_worker_is_succeeded_by_the_next_number(gunicorn):
    server = gunicorn(workers=5)
    tree = server.tree()
    assert repr(tree) == "<Tree M(W1 W2 W3 W4 W5)>"
    assert [process.role for process in tree] == ["master", *["worker"] * 5]
    os.kill(tree.find("W3").pid, signal.SIGKILL)
    server.becomes("M(W1 W2 W4 W5 W6)")


def test_ttin_and_ttou(gunicorn):
    server = gunicorn(workers=2)
    os.kill(server.tree().master.pid, signal.SIGTTIN)
    server.becomes("M(W1 W2 W3)")
    os.kill(server.tree().master.pid, signal.SIGTTOU)
    server.becomes("M(W2 W3)")


@pytest.mark.parametrize("titles", [True, False], ids=["titles", "no-titles"])
def test_usr2_makes_a_second_master(gunicorn, titles, tmp_path, monkeypatch):
    if not titles:
        # As on a machine without setproctitle.
        (tmp_path / "setproctitle.py").write_text("raise ImportError\n")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    server = gunicorn(workers=2)
    old = server.tree().master
    os.kill(old.pid, signal.SIGUSR2)
    seen = {repr(server.tree())}
    while repr(server.tree()) != "<Tree M(W1 W2 M2(W3 W4))>":
        seen.add(repr(server.tree()))
    # Whoever looks for the first time says the same.
    assert repr(Roles(Shape(prefork=True)).name(server.read())) == "<Tree M(W1 W2 M2(W3 W4))>"
    # On its way it was taken for a worker for an instant at most.
    assert seen <= {
        "<Tree M(W1 W2)>",
        "<Tree M(W1 W2 W3)>",
        "<Tree M(W1 W2 M2)>",
        "<Tree M(W1 W2 M2(W3))>",
        "<Tree M(W1 W2 M2(W3 W4))>",
    }
    os.kill(old.pid, signal.SIGTERM)
    server.becomes("M2(W3 W4)")


def test_orphans_of_a_killed_master_remain_workers(gunicorn):
    server = gunicorn(workers=3)
    os.kill(server.tree().master.pid, signal.SIGKILL)
    wait_for(lambda: server.tree().master is None)
    assert set(labels(server.tree())) <= {"M", "W1", "W2", "W3"}
    assert all(process.role == "worker" for process in server.tree() if process.alive)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a guard adopt orphans")
def test_a_daemon_is_found_and_named(family):
    server = family(*GUNICORN, "--workers", "2", "--daemon")
    server.becomes("M(W1 W2)")
    assert server.tree().master.ppid == server.root.pid
