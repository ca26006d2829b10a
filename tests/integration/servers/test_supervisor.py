"""supervisord keeps a server alive, takes orders, and leaves nothing behind, not even when it is killed."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.waiting import wait_for

from labapp import lab
from labapp.servers import send_signal

SITE = """\
[supervisord]
[unix_http_server]
file = %(here)s/ctl
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[program:web]
command = gunicorn "labapp:create_app()" --workers 2 --bind %(ENV_LISTEN)s
[program:idle]
command = sleep 600
autostart = false
"""
BROKEN = """\
[supervisord]
{settings}
[program:web]
command = gunicorn nothing:app --bind %(ENV_LISTEN)s
startsecs = 30
startretries = 0
"""
MUTE = "This supervisord is told to keep to itself that it has given up a program."


@pytest.fixture
def web() -> Iterator[lab.Server]:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # A short path, for the socket.
        Path(folder, "site.conf").write_text(SITE)
        with lab.launch("supervisord -c site.conf", cwd=folder) as server:
            yield server
        assert sorted(path.name for path in Path(folder).iterdir()) == ["site.conf"]


def test_it_keeps_a_program_alive_and_takes_orders(web) -> None:
    assert "the lab added -n " in repr(web)
    assert "supervisor " in repr(web)
    wait_for(lambda: repr(web.tree()) == "<Tree SV(M(W1 W2))>", 10, f"its tree: {web.tree()!r}")
    assert web.pid == web.tree()[0].pid
    wait_for(lambda: web.programs()["web"].state == "RUNNING", 10, "web to run")
    assert web.programs()["idle"].state == "STOPPED"
    address, master = web.address, web.tree().master
    assert master is not None
    send_signal(master.pid, master.started, "TERM")  # Its workers end with it, and let go of the port.
    wait_for(lambda: "exited: web" in web.log.text, 10, "its end")
    assert web.supervisorctl("start web") == "web: started"
    assert web.get("/ping").status_code == 200
    assert web.address == address
    assert web.tree().master.label == "M2"
    assert web.supervisorctl("status idle").split()[:2] == ["idle", "STOPPED"]
    served = web.timeline.wait_for(lambda known: known.requests(), timeout=10).requests()
    assert served[-1].worker in {"W3", "W4"}
    # Who kills the keeper finds his programs serving on; and the lab still knows whose they are.
    before = {one.pid for one in web.snapshot()} - {web.pid}
    web.signal("KILL")
    wait_for(lambda: {one.pid for one in web.snapshot()} == before, 10, "the others alone")
    assert web.get("/ping").status_code == 200
    assert repr(web.tree()) == "<Tree M2(W3 W4)>"
    with pytest.raises(ProcessLookupError, match="does not answer at unix://"):
        web.programs()
    web.stop()
    assert not web.running
    # The socket of one that was killed stays where it was.
    Path(web.kind.command.cwd, "ctl").unlink()


@pytest.mark.parametrize(
    ("settings", "options"),
    [
        ("", ""),
        ("silent = true", ""),
        ("silent = true\nlogfile = /dev/null\nloglevel = error", ""),
        ("loglevel = warn", " -s"),
    ],
)
def test_a_program_that_it_gives_up_is_told_though_it_is_silent(settings, options) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder, "site.conf").write_text(BROKEN.format(settings=settings))
        began = time.monotonic()
        with pytest.raises(lab.LaunchError, match=r"Supervisor has given up web \(FATAL\) after 1 start"):
            lab.launch(f"supervisord -c site.conf{options}", cwd=folder, timeout=60)
        assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    "options", ["-s -l own.log", "-s --logfile_maxbytes=0", "-e warn", "--loglevel=error"]
)
def test_one_that_is_told_to_be_mute_is_refused(options) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder, "site.conf").write_text(BROKEN.format(settings=""))
        with pytest.raises(lab.LaunchError, match=MUTE):
            lab.launch(f"supervisord -c site.conf {options}", cwd=folder)
