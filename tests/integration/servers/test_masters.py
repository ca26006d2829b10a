"""Whoever is the master, the lab knows: daemons, upgrades, orphans."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from support.remains import on_linux

from labapp import lab

Launch = Callable[..., lab.Server]


@on_linux
def test_a_daemon_is_still_the_server(launch: Launch) -> None:
    web = launch("gunicorn app:app -w 2 --daemon")
    web.wait_until(workers=2)
    assert web.running
    assert web.tree().master.ppid == web.guard_pid
    first = web.pid
    web.signal("TTIN")
    web.wait_until(workers=3)
    assert web.pid == first
    assert web.log.text == ""  # A daemon gives up its output.
    web.stop()
    assert web.ending == "exited with status 0"


@on_linux
def test_a_daemon_that_dies_says_how(launch: Launch) -> None:
    web = launch("gunicorn app:app --daemon")
    workers = web.workers
    web.signal("KILL")
    for worker in workers:
        with suppress(ProcessLookupError):  # It may have seen that its master is gone.
            worker.signal("KILL")
    web.wait_until(running=False)
    assert web.ending == "killed by SIGKILL"


@on_linux
def test_an_upgraded_server_has_a_new_master(launch: Launch) -> None:
    web = launch("gunicorn app:app")
    old = web.pid
    web.signal("USR2")
    web.wait_until(lambda: len(web.tree().masters) == 2 and len(web.workers) == 2)
    assert web.pid == old
    new = web.tree().masters[1].pid
    web.signal("QUIT")
    web.wait_until(lambda: web.pid == new and len(web.workers) == 1)
    assert web.running
    assert web.get().is_success
    web.stop()
    assert web.ending == "exited with status 0"
    assert "Master has been promoted." in web.log.text or "Shutting down: Master.2" in web.log.text


def test_two_masters_are_stopped_at_once(launch: Launch) -> None:
    web = launch("gunicorn app:app")
    web.signal("USR2")
    web.wait_until(lambda: len(web.tree().masters) == 2 and len(web.workers) == 2)
    web.stop()
    assert web.ending == "exited with status 0"
    assert web.log.text.count("Shutting down: Master") == 2


@on_linux
@pytest.mark.parametrize("stopped", [True, False])
def test_workers_without_a_master_are_still_the_server(launch: Launch, stopped: bool) -> None:
    web = launch("gunicorn app:app")
    web.get()
    web.wait_until(lambda: web.workers[0].state == "sleeping")
    master = web.pid
    web.signal("KILL")
    web.wait_until(lambda: [worker.ppid for worker in web.workers] == [web.guard_pid])
    assert not web.tree().masters
    assert web.running
    assert web.ending is None
    assert web.pid == master
    with pytest.raises(ProcessLookupError, match="The master has ended: SIGHUP was not sent"):
        web.signal("HUP")
    (orphan,) = web.workers
    if stopped:
        web.stop()
    else:
        assert web.get().text == str(orphan.pid)  # It serves one more, then looks for its parent.
        web.wait_until(running=False)
    assert web.ending == "killed by SIGKILL"
    assert web.pid == master
