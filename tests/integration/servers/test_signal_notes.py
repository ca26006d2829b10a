"""The sentences that the palette shows are what really happens."""

from collections.abc import Callable

import pytest
from support.remains import on_linux

from labapp import lab

Launch = Callable[..., lab.Server]


@pytest.fixture
def web(launch: Launch) -> lab.Server:
    server = launch("gunicorn app:app -w 2")
    server.wait_until(workers=2)
    return server


def labels(web: lab.Server) -> list[str]:
    return [process.label for process in web.tree() if process.alive]


def becomes(web: lab.Server, *expected: str) -> None:
    web.wait_until(lambda: labels(web) == list(expected))


def test_every_signal_of_the_palette_is_noted(web: lab.Server) -> None:
    assert list(web.signal_notes("master")) == [
        "TTIN",
        "TTOU",
        "HUP",
        "USR1",
        "USR2",
        "WINCH",
        "TERM",
        "QUIT",
        "INT",
    ]
    assert list(web.signal_notes("worker")) == ["TERM", "QUIT", "INT", "ABRT", "KILL", "STOP", "CONT", "USR1"]
    assert web.signal_notes("helper") == {}
    for role in ("master", "worker"):
        for name, note in web.signal_notes(role).items():
            assert note.name == name
            assert note.label[0].islower()
            assert note.sentence[0].isupper()
            assert note.sentence.endswith(".")


def test_ttin_and_ttou(web: lab.Server) -> None:
    web.signal("TTIN")
    becomes(web, "M", "W1", "W2", "W3")
    web.signal("TTOU")
    becomes(web, "M", "W2", "W3")
    web.signal("TTOU")
    becomes(web, "M", "W3")
    since = len(web.log.lines)
    web.signal("TTOU")
    web.log.wait_for("Handling signal: ttou", since=since)
    becomes(web, "M", "W3")


def test_hup_renews_the_workers_and_forgets_ttin(web: lab.Server) -> None:
    web.signal("TTIN")
    web.wait_until(workers=3)
    master = web.pid
    web.signal("HUP")
    becomes(web, "M", "W4", "W5")
    assert web.pid == master


def test_usr1_reopens_the_logs_by_name(launch: Launch, tmp_path) -> None:
    path = tmp_path / "error.log"
    web = launch(f"gunicorn app:app --error-logfile {path} --access-logfile {tmp_path / 'access.log'}")
    path.rename(tmp_path / "old.log")
    web.signal("USR1")
    web.wait_until(path.exists)
    (tmp_path / "access.log").rename(tmp_path / "old-access.log")
    web.workers[0].signal("USR1")
    web.wait_until((tmp_path / "access.log").exists)
    assert labels(web) == ["M", "W1"]


def test_usr2_starts_a_second_master_that_serves_too(web: lab.Server) -> None:
    web.signal("USR2")
    web.wait_until(lambda: len(web.tree().masters) == 2 and len(web.workers) == 4)
    answered: set[str] = set()
    web.wait_until(lambda: answered.add(web.get().text) or len(answered) > 2)


def test_winch_is_only_logged_in_the_foreground(web: lab.Server) -> None:
    assert web.signal_notes("master")["WINCH"].label == "nothing but a line in the log"
    web.signal("WINCH")
    web.log.wait_for("Handling signal: winch")
    web.signal("TTIN")
    becomes(web, "M", "W1", "W2", "W3")


@on_linux
def test_winch_ends_the_workers_of_a_daemon_and_hup_brings_them_back(launch: Launch) -> None:
    web = launch("gunicorn app:app -w 2 -D")
    web.wait_until(workers=2)
    assert web.signal_notes("master")["WINCH"].label == "end the workers only"
    web.signal("WINCH")
    web.wait_until(workers=0)
    assert web.running
    web.signal("HUP")
    web.wait_until(workers=2)


@pytest.mark.parametrize("name", ["TERM", "QUIT", "INT"])
def test_the_master_ends(web: lab.Server, name: str) -> None:
    web.signal(name)
    web.wait_until(running=False)
    assert web.ending == "exited with status 0"


@pytest.mark.parametrize("name", ["TERM", "QUIT", "INT", "ABRT", "KILL"])
def test_a_worker_ends_and_has_a_successor(web: lab.Server, name: str) -> None:
    first = web.workers[0]
    web.wait_until(lambda: web.workers[0].state == "sleeping")
    first.signal(name)
    becomes(web, "M", "W2", "W3")
    if name == "ABRT":
        web.log.wait_for(rf"Worker \(pid:{first.pid}\) exited with code 1")
    if name == "KILL":
        web.log.wait_for(rf"Worker \(pid:{first.pid}\) was sent SIGKILL!")


def test_a_frozen_worker_goes_on_or_is_replaced(launch: Launch) -> None:
    web = launch("gunicorn app:app -w 2 --timeout 2")
    web.wait_until(workers=2)
    first = web.workers[0]
    first.signal("STOP")
    web.wait_until(lambda: web.workers[0].state == "stopped")
    first.signal("CONT")
    web.wait_until(lambda: web.workers[0].state == "sleeping")
    first.signal("STOP")
    becomes(web, "M", "W2", "W3")
    assert web.log.wait_for(rf"WORKER TIMEOUT \(pid:{first.pid}\)")
