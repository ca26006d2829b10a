"""When the guard itself is killed, what it guarded is asked to end, and whatever stays is found."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest
from support.remains import PROGRAMS, Staged, on_linux
from support.waiting import wait_for

from labapp import lab
from labapp.observe.kernel.identity import is_alive
from labapp.servers.guard import runtime

Launch = Callable[..., lab.Server]
TRIALS = range(int(os.environ.get("LABAPP_TRIALS", "3")))


def kill_guard(web: lab.Server) -> list[tuple[int, float]]:
    """Kill a guard; return who was in its care."""
    family = [process.identity for process in web.tree()]
    os.kill(web.guard_pid, signal.SIGKILL)
    web.wait_until(running=False)
    return family


@on_linux
@pytest.mark.parametrize("trial", TRIALS)
def test_a_server_that_loses_its_guard_ends_by_itself(launch: Launch, trial: int) -> None:
    web = launch('gunicorn "app:app" -w 2')
    web.wait_until(workers=2)
    family = kill_guard(web)
    assert web.ending == "lost: its guard was killed"
    wait_for(lambda: not any(is_alive(*identity) for identity in family), 5, "the server's end")
    assert web.directory.exists()
    web.stop()
    assert not web.directory.exists()
    assert "Handling signal: term" in web.log.text


@on_linux
@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("options", ["--daemon", "", "--daemon -k gthread"])
def test_stopping_finds_what_a_killed_guard_left(launch: Launch, options: str, trial: int) -> None:
    web = launch(f'gunicorn "app:app" -w 2 {options}')
    web.wait_until(workers=2)
    family = kill_guard(web)
    web.stop()
    assert not any(is_alive(*identity) for identity in family)
    assert not web.directory.exists()


@pytest.mark.parametrize("trial", TRIALS)
def test_what_a_dead_owner_and_its_dead_guards_left_is_found(trial: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "import owner, time; owner.stage(); time.sleep(600)"],
        cwd=PROGRAMS,
        stdout=subprocess.PIPE,
        text=True,
    ) as script:
        assert script.stdout is not None
        staged = Staged.told(script.stdout.readline())
        for server in staged.servers:
            os.kill(server["processes"][0][0], signal.SIGKILL)
        script.kill()
    assert staged.alive()
    assert {str(record.directory) for record in runtime.find_leftovers()} == {
        server["directory"] for server in staged.servers
    }
    cleared = runtime.clear_leftovers()
    assert len(cleared) == len(staged.servers)
    assert runtime.find_leftovers() == []
    assert staged.alive() == []


def test_a_process_without_its_directory_is_found_by_its_environment() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "import owner, time; owner.stage('plain'); time.sleep(600)"],
        cwd=PROGRAMS,
        stdout=subprocess.PIPE,
        text=True,
    ) as script:
        assert script.stdout is not None
        (server,) = Staged.told(script.stdout.readline()).servers
        for pid, _ in server["processes"]:
            os.kill(pid, signal.SIGSTOP)
        os.kill(server["processes"][0][0], signal.SIGKILL)
        script.kill()
    (record,) = runtime.find_leftovers()
    # As an eager cleaner of /tmp would.
    subprocess.run(["rm", "-r", str(record.directory)], check=True)
    (found,) = runtime.find_leftovers()
    assert found.directory == record.directory
    lab.reset()
    assert not any(is_alive(pid, since) for pid, since in server["processes"])


def test_the_servers_of_the_living_are_left_alone(launch: Launch) -> None:
    web = launch()
    assert [record.address for record in runtime.live_records()] == [web.address]
    assert runtime.find_leftovers() == []
    code = "from labapp import lab; lab.reset()"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert web.get().is_success
    assert runtime.clear_leftovers() == []


def test_a_guard_that_is_told_to_end_takes_its_server_along(launch: Launch) -> None:
    web = launch()
    (record,) = runtime.live_records()
    runtime.end_servers([record])
    web.wait_until(running=False)
    assert not web.directory.exists()
    web.stop()
    assert "Handling signal: term" in web.log.text
