"""A guard that is no subreaper and has no /proc, as on macOS: the process group holds the server together."""

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from support.waiting import wait_for

from labapp import lab
from labapp.observe.kernel.identity import is_alive
from labapp.servers.guard import guard, hiring

Launch = Callable[..., lab.Server]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let guards believe that this is not Linux."""
    script = tmp_path / "guard.py"
    script.write_text(f"import sys\nsys.platform = 'other'\nexec(open({str(hiring.GUARD)!r}).read())\n")
    monkeypatch.setattr(hiring, "GUARD", script)


def test_it_ends_as_anywhere(launch: Launch) -> None:
    web = launch("gunicorn app:app -w 2")
    web.wait_until(workers=2)
    web.stop()
    assert web.ending == "exited with status 0"
    assert not web.directory.exists()


def test_it_tells_how_it_died(launch: Launch) -> None:
    web = launch("python -m http.server 0 --bind 127.0.0.1")
    web.signal("KILL")
    web.wait_until(running=False)
    assert web.ending == "killed by SIGKILL"


def test_workers_whose_master_was_killed_are_ended(launch: Launch) -> None:
    web = launch("gunicorn app:app -w 2")
    web.wait_until(workers=2)
    family = [process.identity for process in web.tree()]
    web.signal("KILL")
    web.stop(timeout=0.1)
    assert not any(is_alive(*identity) for identity in family)
    assert web.ending == "killed by SIGKILL"


def test_a_second_master_is_ended_too(launch: Launch) -> None:
    web = launch("gunicorn app:app")
    web.signal("USR2")
    web.wait_until(lambda: len(web.tree().masters) == 2 and len(web.workers) == 2)
    family = [process.identity for process in web.tree()]
    web.signal("QUIT")
    web.wait_until(lambda: not is_alive(*family[0]))
    assert web.running
    web.stop(timeout=0.1)
    assert not any(is_alive(*identity) for identity in family)
    assert not web.directory.exists()


def test_who_ignores_term_is_killed(launch: Launch) -> None:
    deaf = "import signal, http.server as h; signal.signal(15, signal.SIG_IGN)"
    serve = "h.test(h.SimpleHTTPRequestHandler, port=0, bind='127.0.0.1')"
    web = launch(["python", "-c", f"{deaf}; {serve}"])
    web.stop(timeout=0.1)
    assert web.ending == "killed by SIGKILL"


def test_children_are_read_from_proc() -> None:
    with subprocess.Popen(["sleep", "60"]) as sleeper:
        assert sleeper.pid in guard.children(os.getpid())
        assert guard.children(sleeper.pid) == set()
        sleeper.kill()
    assert guard.children(sleeper.pid) == set()


def test_relatives_are_found_without_proc_too() -> None:
    with subprocess.Popen(["sh", "-c", "sleep 60 & sleep 60"], start_new_session=True) as shell:
        family = wait_for(
            lambda: len(guard.children(shell.pid)) == 2 and guard.children(shell.pid), 10, "both"
        )
        assert guard.related(shell.pid) >= {shell.pid, *family}
        assert guard.related(0) >= {shell.pid, *family}
        os.killpg(shell.pid, signal.SIGKILL)
