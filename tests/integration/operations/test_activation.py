"""A socket that outlives its server: handed over by two tools, and what it saves at a restart."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.waiting import wait_for

from labapp import lab
from labapp.load import Load
from labapp.servers import send_signal

GUNICORN = 'gunicorn "labapp:create_app()" --workers 2'


def load_over_a_restart(web: lab.Server) -> Load:
    """Send a load, end the master when some are answered, and return what became of all."""
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(lab.load, web, "/ping", rate=80, duration=3, timeout=20, progress=False)
        web.timeline.wait_for(lambda known: len(known.requests()) > 20, timeout=10)
        before = web.tree().master
        assert before is not None
        send_signal(before.pid, before.started, "TERM")
        wait_for(lambda: (now := web.tree().master) and now.label == "M2" and len(web.workers) == 2, 15, "M2")
        return sending.result()


def test_a_restart_loses_nobody_where_the_socket_stays(folder: Path) -> None:
    with lab.launch(f"python activate.py 127.0.0.1:0 {GUNICORN}", cwd=folder / "systemd") as web:
        wait_for(lambda: repr(web.tree()) == "<Tree H1(M(W1 W2))>", 10, f"its tree: {web.tree()!r}")
        assert {address.partition(":")[0] for address in web.listening()} == {"127.0.0.1"}
        address = web.address
        load = load_over_a_restart(web)
        assert load.errors.total() == 0
        assert load.statuses.keys() == {200}
        assert web.address == address


def test_a_plain_restart_loses_some(tmp_path: Path) -> None:
    (tmp_path / "site.conf").write_text(
        f"[supervisord]\n[program:web]\ncommand={GUNICORN}\nautorestart=true\n"
    )
    with lab.launch("supervisord -c site.conf", cwd=tmp_path) as web:
        wait_for(lambda: "entered RUNNING" in web.log.text, 10, "a first second to be over")
        load = load_over_a_restart(web)
        assert load.errors["refused"] > 0
        assert load.statuses.keys() == {200}


def test_systemds_own_tool_hands_over_a_socket(needs: Callable[[str], str]) -> None:
    needs("systemd-socket-activate")
    with lab.launch(f"systemd-socket-activate {GUNICORN}") as web:
        assert "-l 127.0.0.1:" in repr(web)
        assert repr(web.tree()) == "<Tree M(W1 W2)>"
        assert {address.partition(":")[0] for address in web.listening()} == {"127.0.0.1"}
        assert web.get("/ping").status_code == 200
        web.timeline.wait_for(lambda known: known.requests(), timeout=10)
    assert web.ending == "exited with status 0"


def test_gunicorn_tells_systemd_that_it_listens_and_no_more() -> None:
    with (
        tempfile.TemporaryDirectory(dir="/tmp") as short,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd,
    ):
        systemd.bind(f"{short}/notify")
        systemd.settimeout(10)
        with pytest.raises(lab.LaunchError, match="There is no module 'nothing'"):
            lab.launch("gunicorn nothing:app", env={"NOTIFY_SOCKET": systemd.getsockname()})
        assert systemd.recv(4096).decode().splitlines()[0] == "READY=1"
