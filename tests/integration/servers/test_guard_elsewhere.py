"""A guard that is no subreaper and has no /proc, as on macOS: the process group holds the server together."""

from collections.abc import Callable
from pathlib import Path

import pytest

from labapp import lab
from labapp.observe.kernel.identity import is_alive
from labapp.servers.guard import client as guarded

Launch = Callable[..., lab.Server]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let guards believe that this is not Linux."""
    script = tmp_path / "guard.py"
    script.write_text(f"import sys\nsys.platform = 'other'\nexec(open({str(guarded.GUARD)!r}).read())\n")
    monkeypatch.setattr(guarded, "GUARD", script)


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
