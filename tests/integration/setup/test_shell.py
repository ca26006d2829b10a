"""`python -m labapp servers` and `reset`: what notebooks run, and what they left behind."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from support.waiting import gone

from labapp.__main__ import COMMANDS

PYTHON = shlex.quote(sys.executable)
COMMAND = 'gunicorn "labapp:create_app()" --workers 1'
OWNER = f"""
import sys
from labapp import lab
web = lab.launch({COMMAND!r})
print(web.pid, web.guard_pid, web.url, flush=True)
sys.stdin.read()
"""
NEAR = 'from labapp.__main__ import main; main(["servers"]); print("≈")'


class Owner:
    """A process that started a server, as a notebook's kernel does."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout
        server, guard, self.url = process.stdout.readline().split()
        self.server, self.guard = int(server), int(guard)


@pytest.fixture
def owner() -> Iterator[Owner]:
    environment = os.environ | {"JPY_SESSION_NAME": "/home/me/notebooks/04-gunicorn-prefork.ipynb"}
    with subprocess.Popen(
        [sys.executable, "-c", OWNER],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Owner(process)
        process.kill()


def say(*words: str) -> tuple[int, str]:
    run = subprocess.run(
        [sys.executable, "-m", "labapp", *words], check=False, capture_output=True, text=True
    )
    return run.returncode, run.stdout + run.stderr


@pytest.mark.parametrize(
    ("closing", "status", "complaint"),
    [
        (f"PYTHONIOENCODING=ascii {PYTHON} -c '{NEAR}'", "0", ""),
        (f"{PYTHON} -m labapp servers <&- >&-", "0", ""),
        (f"{PYTHON} -m labapp servers 2>&-", "0", ""),
        (f"{{ {PYTHON} -m labapp servers; echo $? >&2; }} | true", "0", "141"),
    ],
)
def test_whatever_its_streams_are(closing: str, status: str, complaint: str) -> None:
    run = subprocess.run(["sh", "-c", f"{closing}; echo $?"], check=True, capture_output=True, text=True)
    assert run.stdout.splitlines()[-1] == status
    assert run.stderr.strip() == complaint


def test_nothing_runs():
    assert say("servers") == (0, "No server of the lab is running.\n")
    assert say("reset") == (0, "Nothing was left, and no server of the lab is running.\n")


def test_a_live_notebooks_server_is_listed_and_left_alone(owner: Owner):
    status, said = say("servers")
    assert status == 0
    head, row = said.splitlines()
    assert head.split() == ["PID", "AGE", "OWNER", "ADDRESS", "COMMAND"]
    whose = f"04-gunicorn-prefork.ipynb (pid {owner.process.pid})"
    for part in (str(owner.server), " s ", whose, owner.url, COMMAND):
        assert part in row
    status, said = say("reset")
    assert status == 0
    assert f"left alone: {COMMAND}, of {whose}" in said
    assert not gone(owner.server)


def test_all_stops_it_too(owner: Owner):
    status, said = say("reset", "--all")
    assert status == 0
    assert said.startswith(f"stopped: {COMMAND}, of 04-gunicorn-prefork.ipynb")
    assert gone(owner.server)
    assert say("servers") == (0, "No server of the lab is running.\n")


def test_what_a_dead_notebook_left_is_found_and_cleared(owner: Owner):
    # The guard outlives the kernel and clears up; only where both were killed is anything left.
    os.kill(owner.guard, signal.SIGSTOP)
    owner.process.kill()
    owner.process.wait()
    os.kill(owner.guard, signal.SIGKILL)
    status, said = say("doctor", "--brief")
    assert (status, "amiss leftovers" in said) == (1, True)
    status, said = say("reset")
    assert status == 0
    assert said.startswith(f"cleared: {COMMAND}, left by 04-gunicorn-prefork.ipynb")
    assert gone(owner.server)


def test_an_unknown_command_lists_the_known_ones():
    status, said = say("server")
    assert status == 2
    assert all(name in said.partition("choose from")[2] for name in COMMANDS)
