"""Running Nginx, using it, ending it."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psutil
import pytest
from support.upstreams import PROGRAMS, PROXY
from support.waiting import wait_for

from labapp import lab
from labapp.observe.kernel.identity import is_alive
from labapp.servers.kinds.nginx.server import NginxServer

Run = Callable[..., NginxServer]
Launch = Callable[..., lab.Server]
HELLO = "server { listen {{ listen }}; location / { return 200 hello; } }"
# Debian's, where it is installed: it has other paths compiled in.
DEBIAN = Path("/usr/sbin/nginx")


@pytest.fixture(
    params=["", *([str(DEBIAN)] if DEBIAN.exists() else [])], ids=["wheel", "debian"][: 1 + DEBIAN.exists()]
)
def binary(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param:
        monkeypatch.setenv("LABAPP_NGINX", request.param)
    return request.param


def test_it_serves_what_its_configuration_says(nginx: Run, binary: str) -> None:
    edge = nginx(HELLO)
    assert edge.get("/").text == "hello"
    assert edge.url == f"http://{edge.address}"
    assert edge.addresses == {"listen": edge.address}
    assert edge in lab.servers()
    assert not binary or edge.command[0] == binary


def test_all_its_workers_are_there_when_it_has_been_launched(nginx: Run) -> None:
    for _ in range(5):
        assert len(nginx(HELLO, workers=8).workers) == 8


def test_its_processes_are_its_tree(nginx: Run, binary: str) -> None:
    edge = nginx(HELLO, workers=3)
    tree = edge.tree()
    assert [process.label for process in tree] == ["M", "W1", "W2", "W3"]
    assert tree.master.pid == edge.pid
    assert {process.listening for process in tree} == {(edge.address,)}


def test_a_large_body_goes_through_its_own_temporary_files(nginx: Run, gunicorn: Launch, binary: str) -> None:
    edge = nginx(PROXY + "client_max_body_size 4m;", web=gunicorn())
    assert edge.post("/", content=bytes(3_000_000)).json()["length"] == 3_000_000


def test_the_whole_configuration_is_shown_and_the_learners_part_marked(nginx: Run) -> None:
    edge = nginx(HELLO)
    lines = str(edge.config).splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith("# ---- yours"))
    end = next(number for number, line in enumerate(lines) if line.startswith("# ---- to here"))
    assert lines[begin + 1 : end] == [HELLO.replace("{{ listen }}", edge.address)]
    assert str(edge.config) == (edge.directory / "nginx.conf").read_text()
    assert any(line.startswith("user root;") for line in lines) is (os.geteuid() == 0)
    assert "[warn]" not in edge.log.text


@pytest.mark.root
def test_roots_nginx_reads_what_only_root_may(nginx: Run, tmp_path: Path) -> None:
    page = tmp_path / "page"
    page.write_text("secret")
    page.chmod(0o600)
    edge = nginx("server { listen {{ listen }}; root {{ place }}; }", place=tmp_path)
    assert edge.get("/page").text == "secret"
    assert {psutil.Process(process.pid).uids().real for process in edge.tree()} == {0}


def test_several_run_side_by_side(nginx: Run) -> None:
    first, second = nginx(HELLO), nginx(HELLO.replace("hello", "other"))
    assert [first.get("/").text, second.get("/").text] == ["hello", "other"]
    first.stop()
    assert second.get("/").text == "other"
    assert first.ending == "exited with status 0"


def test_two_names_are_two_addresses(nginx: Run) -> None:
    edge = nginx(HELLO + HELLO.replace("listen }", "listen2 }").replace("hello", "second"))
    assert edge.address == edge.addresses["listen"]
    assert httpx.get(f"http://{edge.addresses['listen2']}/").text == "second"


def test_a_unix_socket_will_do(nginx: Run, tmp_path: Path) -> None:
    edge = nginx("server { listen unix:{{ path }}; return 200 hello; }", path=tmp_path / "edge")
    assert edge.url is None
    assert edge.get("/").text == "hello"


def test_a_configuration_may_be_a_file(nginx: Run, tmp_path: Path) -> None:
    (tmp_path / "site.conf").write_text(HELLO)
    assert nginx(tmp_path / "site.conf").get("/").text == "hello"


def test_stopping_lets_a_request_finish_and_leaves_nothing(nginx: Run, gunicorn: Launch) -> None:
    web = gunicorn()
    edge = nginx(PROXY, web=web)
    answers: list[int] = []
    asking = threading.Thread(
        target=lambda: answers.append(httpx.get(f"{edge.url}/?seconds=0.5").status_code)
    )
    asking.start()
    web.timeline.wait_for(lambda seen: any(request.end is None for request in seen.requests()))
    processes = [process.identity for process in edge.tree()]
    edge.stop()
    asking.join()
    assert answers == [200]
    assert edge.ending == "exited with status 0"
    assert not any(is_alive(*identity) for identity in processes)
    assert not edge.directory.exists()
    assert "GET /?seconds=0.5" in edge.log.text


def test_signals_reach_the_master_and_the_workers(nginx: Run) -> None:
    edge = nginx(HELLO)
    before = {worker.pid for worker in edge.workers}
    edge.workers[0].signal("KILL")
    edge.wait_until(lambda: len({worker.pid for worker in edge.workers} - before) == 1)
    edge.signal("HUP")
    edge.wait_until(lambda: not before & {worker.pid for worker in edge.workers})
    assert edge.get("/").text == "hello"
    assert set(edge.signal_notes("master")) >= {"HUP", "USR1", "QUIT", "TERM", "WINCH", "USR2"}
    signals = [
        event.about for event in edge.timeline.wait_for(lambda seen: True).events if event.kind == "signal"
    ]
    assert signals == ["KILL", "HUP"]


def test_workers_without_a_master_are_ended_too(nginx: Run) -> None:
    edge = nginx(HELLO)
    master, workers = edge.pid, edge.workers
    edge.signal("KILL")
    edge.wait_until(lambda: master not in {process.pid for process in edge.tree()})
    assert edge.get("/").text == "hello"
    edge.stop(timeout=1)
    assert not any(worker.pid in {process.pid for process in edge.tree()} for worker in workers)
    assert not edge.running


def test_without_its_guard_it_can_still_be_ended(nginx: Run) -> None:
    edge = nginx(HELLO)
    family = [process.identity for process in edge.tree()]
    os.kill(edge.guard_pid, signal.SIGKILL)
    wait_for(lambda: not edge.running, 2, "the loss of the guard to be noticed")
    edge.stop()
    wait_for(lambda: not any(is_alive(*one) for one in family), 2, "the end of Nginx")
    assert not edge.directory.exists()


def test_a_relay_that_begins_when_its_owner_is_gone_ends(tmp_path: Path) -> None:
    places = [str(tmp_path / name) for name in ("access", "count", "events")]
    code = f"""
import json, os, signal, time
from pathlib import Path
from tempfile import TemporaryDirectory
from labapp.observe.kernel.identity import started_at
from labapp.servers.kinds.nginx.relay import Relay
relay = Relay(*map(Path, {places!r}))
child = os.fork()  # It holds the pipe.
if child:
    print(json.dumps([relay.pid, started_at(relay.pid), child]), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        pid, since, child = json.loads(owner.stdout.readline())
        try:
            wait_for(lambda: not is_alive(pid, since), 10, "the end of the relay")
        finally:
            os.kill(child, signal.SIGKILL)


@pytest.mark.parametrize("forks", [False, True], ids=["alone", "with a child"])
def test_nothing_outlives_its_owner(forks: bool) -> None:
    code = f"""
import json, os, time
from labapp import lab
from labapp.observe.kernel.identity import started_at
edge = lab.nginx({HELLO!r})
pids = [edge.kind.relay.pid, edge.timeline and edge.feed.pid]
found = [process.identity for process in edge.tree()], [(pid, started_at(pid)) for pid in pids]
child = os.fork() if {forks} else 0
if child or not {forks}:
    print(json.dumps([*found, str(edge.directory), child]), flush=True)
time.sleep(600)
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=PROGRAMS
    ) as owner:
        assert owner.stdout is not None
        family, helpers, directory, child = json.loads(owner.stdout.readline())
        owner.kill()
        try:
            wait_for(lambda: not any(is_alive(*one) for one in family), 2, "the end of Nginx")
            wait_for(lambda: not Path(directory).exists(), 2, "the end of its directory")
            # They may be about to start, and look for their owner every second, where a child holds the pipe.
            wait_for(lambda: not any(is_alive(*one) for one in helpers), 10, "the end of who listened to it")
        finally:
            if child:
                os.kill(child, signal.SIGKILL)


def test_what_a_learner_sets_at_the_top_the_lab_leaves_alone(nginx: Run) -> None:
    edge = nginx("default_type text/x-mine; server { listen {{ listen }}; return 200 yes; }")
    assert edge.get("/").headers["content-type"] == "text/x-mine"


def test_a_runtime_directory_with_a_space(nginx: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with TemporaryDirectory(prefix="lab ", dir="/tmp") as place:
        monkeypatch.setenv("LABAPP_RUNTIME_DIR", place)
        edge = nginx("server { listen {{ listen }}; return 200 yes; }")
        assert edge.get("/").text == "yes"
        edge.timeline.wait_for(requests=1)
        edge.stop()


@pytest.mark.parametrize("size", [{"workers": 0}, {"connections": 0}])
def test_an_nginx_of_which_nobody_would_answer(size: dict[str, int]) -> None:
    with pytest.raises(lab.LaunchError, match=r"nobody would answer\.\nTo try: ask for one of each at least"):
        lab.nginx("server { listen {{ listen }}; }", **size)
