"""PID 1 of a namespace of its own: who hears TERM there, and who buries whom."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.waiting import wait_for

from labapp import lab

GUNICORN = 'gunicorn "labapp:create_app()" --workers 2'
APART = "unshare --user --map-root-user --pid --fork --mount-proc --kill-child"


@pytest.fixture(autouse=True)
def apart() -> None:
    """Skip where this user may not have a PID namespace of its own."""
    try:
        told = subprocess.run([*APART.split(), "true"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no unshare here")
    if told.returncode:
        pytest.skip(f"no PID namespace of its own is to be had here: {told.stderr.strip()}")


def first(web: lab.Server) -> int:
    """Return the pid that PID 1 of the namespace has here: the child of `unshare`."""
    tree = web.tree()
    return tree.children(tree[0])[0].pid


def launched(command: str, tree: str) -> lab.Server:
    web = lab.launch(f"{APART} {command}", ready="/ping")
    wait_for(lambda: repr(web.tree()) == tree, 10, f"{tree}: {web.tree()!r}")
    return web


def test_the_exec_form_ends_gracefully() -> None:
    with launched(GUNICORN, "<Tree H1(M(W1 W2))>") as web:
        assert first(web) == web.pid
        os.kill(first(web), signal.SIGTERM)
        web.wait_until(running=False, timeout=10)
        assert "Handling signal: term" in web.log.text
        assert web.ending == "exited with status 0"


def test_a_shell_that_stays_swallows_the_signal_until_it_is_killed() -> None:
    # dash, the sh of Debian, stays beside what it starts; bash becomes a last command. So: one more command.
    with launched(f"sh -c '{GUNICORN}; true'", "<Tree H1(H2(M(W1 W2)))>") as web:
        os.kill(first(web), signal.SIGTERM)
        answered = len(web.log.lines)
        assert web.get("/ping").status_code == 200
        # It is told, by a process that reads its signals after PID 1 had time to act on its own.
        web.signal("USR1")
        web.log.wait_for("Handling signal: usr1", since=answered)
        assert "Handling signal: term" not in web.log.text
        os.kill(first(web), signal.SIGKILL)
        web.wait_until(running=False, timeout=10)
        assert "Handling signal: term" not in web.log.text  # With PID 1 the kernel ends all of its namespace.


def test_an_init_hands_the_signal_on() -> None:
    with launched(f"dumb-init {GUNICORN}", "<Tree H1(H2(M(W1 W2)))>") as web:
        os.kill(first(web), signal.SIGTERM)
        web.wait_until(running=False, timeout=10)
        assert "Handling signal: term" in web.log.text


@pytest.mark.parametrize(("init", "left"), [("", 5), ("dumb-init", 0)])
def test_who_buries_orphans(folder: Path, init: str, left: int) -> None:
    command = [*APART.split(), *init.split(), sys.executable, "zombies.py"]
    told = subprocess.run(
        command, cwd=folder / "container", capture_output=True, text=True, check=True, timeout=30
    )
    found = re.fullmatch(r"PID 1 is (\S+); zombies: (\d)", told.stdout.strip())
    assert found
    assert found[1].startswith(init or "python")
    assert int(found[2]) == left


def test_gunicorn_as_the_first_process_buries_them_itself(tmp_path: Path) -> None:
    (tmp_path / "careless.py").write_text(
        "import os\n"
        "def app(environ, start_response):\n"
        "    if not (child := os.fork()):\n"
        "        os.fork()\n"
        "        os._exit(0)\n"
        "    os.waitpid(child, 0)\n"
        "    start_response('200 OK', [])\n"
        "    return [b'']\n"
    )
    with lab.launch(f"{APART} gunicorn careless:app", cwd=tmp_path) as web:
        for _ in range(5):
            assert web.get("/").status_code == 200
        wait_for(lambda: all(one.state != "zombie" for one in web.tree()), 5, "the dead to be buried")
