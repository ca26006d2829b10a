"""Launching a server, using it, ending it."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from support.remains import PROGRAMS, on_linux
from support.waiting import wait_for

from labapp import lab
from labapp.servers import running
from labapp.servers.guard import Record, runtime
from labapp.servers.http.addresses import free_port

Launch = Callable[..., lab.Server]


def test_a_launched_server_answers(launch: Launch) -> None:
    web = launch('gunicorn "app:create_app()" --workers 2')
    assert web.get("/ping").status_code == 200
    assert web.post("/ping", content=b"x").text in {str(worker.pid) for worker in web.workers}
    assert web.url == f"http://127.0.0.1:{web.port}"
    assert web.address == f"127.0.0.1:{web.port}"
    assert web.command == ["gunicorn", "app:create_app()", "--workers", "2"]
    assert web.running
    assert web.ending is None
    assert web in lab.servers()


def test_its_processes_are_its_tree(launch: Launch) -> None:
    web = launch('gunicorn "app:create_app()" -w 2')
    web.wait_until(workers=2)
    tree = web.tree()
    assert [process.label for process in tree] == ["M", "W1", "W2"]
    assert web.pid == tree.master.pid == tree[1].ppid
    assert {process.listening for process in tree} == {(web.address,)}
    assert [str(worker.name) for worker in web.workers] == ["worker 1", "worker 2"]
    assert repr(web.workers[0]) == f"<worker 1, pid {web.workers[0].pid}>"


def test_it_shows_what_was_typed_and_what_the_lab_added(launch: Launch) -> None:
    web = launch('gunicorn "app:create_app()" -w 2')
    web.wait_until(workers=2)
    assert repr(web) == (
        'gunicorn "app:create_app()" -w 2\n'
        f"  answers at {web.url}; master {web.pid}, 2 workers\n"
        '  the lab added GUNICORN_CMD_ARGS="--bind 127.0.0.1:0 --control-socket …/gunicorn.ctl '
        '--logger-class labapp.servers.kinds.gunicorn.hooks.Logger"'
    )
    assert f" {web.directory}/gunicorn.ctl " in web.environment["GUNICORN_CMD_ARGS"]
    web.stop()
    assert repr(web).splitlines()[1] == "  exited with status 0"


def test_signals_reach_the_master_and_the_workers(launch: Launch) -> None:
    web = launch()
    for number, name in enumerate(("TTIN", "SIGTTIN", signal.SIGTTIN, int(signal.SIGTTIN)), 2):
        web.signal(name)
        web.wait_until(workers=number)  # Two signals at once would be one.
    first = web.workers[0]
    first.signal("KILL")
    web.wait_until(lambda: first.pid not in {worker.pid for worker in web.workers} and len(web.workers) == 5)
    assert [worker.label for worker in web.workers] == ["W2", "W3", "W4", "W5", "W6"]
    with pytest.raises(ProcessLookupError, match=rf"Process {first.pid} has ended: SIGTERM was not sent"):
        first.signal("TERM")
    with pytest.raises(ValueError, match=r"There is no signal 'FOO' here.*HUP.*TTIN"):
        web.signal("FOO")


def test_stopping_is_graceful_and_leaves_only_the_log(launch: Launch) -> None:
    web = launch()
    web.get()
    port, directory = web.port, web.directory
    web.stop()
    web.stop()
    assert not web.running
    assert web.ending == "exited with status 0"
    assert "Handling signal: term" in web.log.text
    assert "Shutting down: Master" in web.log.tail(3)
    assert not directory.exists()
    assert len(web.tree()) == 0
    assert web not in lab.servers()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port))
    with pytest.raises(ProcessLookupError, match=r"has ended \(exited with status 0\): SIGHUP"):
        web.signal("HUP")


def test_stopping_is_bounded(launch: Launch) -> None:
    web = launch()
    client = socket.create_connection(("127.0.0.1", web.port))
    with client:
        client.sendall(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        # Or the worker ends before it has accepted it.
        web.timeline.wait_for(lambda now: any(one.path == "/slow" for one in now.requests()))
        wait_for(lambda: web.signal("TERM") or "Handling signal: term" in web.log.text, 5, "the signal")
        web.stop(timeout=0.2)
    assert web.ending == "killed by SIGKILL"


def test_a_frozen_server_is_stopped_in_good_order(launch: Launch) -> None:
    web = launch('gunicorn "app:create_app()" -w 2')
    web.wait_until(workers=2)
    for worker in web.workers:
        worker.signal("STOP")
    web.signal("STOP")
    web.wait_until(lambda: {process.state for process in web.tree()} == {"stopped"})
    web.stop()
    assert web.ending == "exited with status 0"


def test_it_is_a_context_manager(runtime_directory: Path) -> None:
    with lab.launch('gunicorn "app:create_app()"', cwd=PROGRAMS) as web:
        assert web.get().is_success
    assert not web.running
    assert list(runtime_directory.iterdir()) == []


@pytest.mark.parametrize(
    ("end", "ending"),
    [("KILL", "killed by SIGKILL"), ("TERM", "exited with status 0"), ("ABRT", "killed by SIGABRT")],
)
def test_a_server_that_died_says_how(launch: Launch, end: str, ending: str) -> None:
    web = launch("python -m http.server 0 --bind 127.0.0.1" if end == "ABRT" else 'gunicorn "app:app"')
    web.signal(end)
    for worker in web.workers:
        worker.signal("KILL")
    web.wait_until(running=False)
    assert web.ending == ending
    assert web not in lab.servers()
    assert "GET /" in web.log.text or "Starting gunicorn" in web.log.text
    with pytest.raises(
        TimeoutError, match=rf"Waited in vain for 3 workers: the server has ended \({ending}\)"
    ):
        web.wait_until(workers=3)
    with pytest.raises(TimeoutError, match="the server has ended"):
        web.log.wait_for("never written")


def test_a_dropped_server_is_still_there_to_be_reset(runtime_directory: Path) -> None:
    lab.launch('gunicorn "app:app"', cwd=PROGRAMS)
    lab.launch("python -m http.server 0 --bind 127.0.0.1", cwd=PROGRAMS)
    assert [server.command[0] for server in lab.servers()] == ["gunicorn", "python"]
    assert [record.command.split()[0] for record in runtime.live_records()] == ["gunicorn", "python"]
    lab.reset()
    assert lab.servers() == []
    assert list(runtime_directory.iterdir()) == []


def test_any_server_will_do(launch: Launch) -> None:
    web = launch(["python", "-m", "http.server", "0", "--bind", "127.0.0.1"])
    assert web.get("/app.py").text.startswith('"""A small application')
    assert [process.label for process in web.tree()] == ["S"]
    assert web.environment == {}
    assert repr(web) == f"python -m http.server 0 --bind 127.0.0.1\n  answers at {web.url}; process {web.pid}"


def test_a_server_outlives_the_thread_that_launched_it(launch: Launch) -> None:
    launched: list[lab.Server] = []
    thread = threading.Thread(target=lambda: launched.append(launch()))
    thread.start()
    thread.join()
    (web,) = launched
    with pytest.raises(TimeoutError):  # Long enough for a signal that the end of a thread would send.
        web.wait_until(running=False, timeout=1)
    assert web.get().is_success


@pytest.mark.parametrize(
    "command",
    [
        'python -m gunicorn "app:app"',
        'python -X utf8 -mgunicorn.app.wsgiapp "app:app"',
        shlex.join([f"{Path(sys.executable).parent}/gunicorn", "app:app"]),
    ],
)
def test_gunicorn_is_known_by_any_name(launch: Launch, command: str) -> None:
    web = launch(command)
    assert "--bind 127.0.0.1:0" in web.environment["GUNICORN_CMD_ARGS"]
    assert web.signal_notes("master")


def test_gunicorn_is_known_behind_what_becomes_it(launch: Launch) -> None:
    """`nohup` and `nice` are gone when Gunicorn runs: its master is the process that was launched."""
    web = launch("env GREETING=hello nohup nice -n 5 \\\n  gunicorn app:app --workers 1")
    web.wait_until(workers=1)
    assert web.typed == "env GREETING=hello nohup nice -n 5 gunicorn app:app --workers 1"
    assert web.get().is_success
    web.timeline.wait_for(requests=1)
    assert [process.label for process in web.tree()] == ["M", "W1"]
    nicer = min(os.getpriority(os.PRIO_PROCESS, 0) + 5, 19)
    assert {os.getpriority(os.PRIO_PROCESS, process.pid) for process in web.tree()} == {nicer}
    assert {process.ppid for process in web.tree().masters} == {web.guard_pid}
    assert web.signal_notes("master")


def test_settings_may_come_before_the_command(launch: Launch) -> None:
    web = launch('WEB_CONCURRENCY=3 gunicorn "app:app"')
    web.wait_until(workers=3)


@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGUSR1])
def test_a_server_hears_what_a_shell_lets_its_jobs_ignore(
    launch: Launch, tmp_path: Path, which: signal.Signals
) -> None:
    (tmp_path / "plain.py").write_text(
        "from http.server import *\nHTTPServer(('127.0.0.1', 0), BaseHTTPRequestHandler).serve_forever()"
    )
    before = signal.signal(which, signal.SIG_IGN)
    try:
        web = launch("python plain.py", cwd=tmp_path)
    finally:
        signal.signal(which, before)
    web.signal(which)
    web.wait_until(running=False)


@on_linux
def test_what_the_kernel_sets_for_itself_does_not_reach_the_server(
    launch: Launch, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("WEB_CONCURRENCY", "GUNICORN_CMD_ARGS", "FORCE_COLOR", "JPY_PARENT_PID", "PORT"):
        monkeypatch.setenv(name, "7")
    web = launch("python -m http.server 0 --bind 127.0.0.1", env={"GREETING": "hello"})
    environment = Path(f"/proc/{web.pid}/environ").read_bytes().split(b"\0")
    names = {variable.partition(b"=")[0].decode() for variable in environment}
    assert not {"WEB_CONCURRENCY", "GUNICORN_CMD_ARGS", "FORCE_COLOR", "JPY_PARENT_PID", "PORT"} & names
    assert {"GREETING", "PYTHONUNBUFFERED", "LABAPP_RUNTIME"} <= names


def test_two_servers_have_a_control_socket_each(launch: Launch) -> None:
    one, other = launch(), launch()
    for web in (one, other):
        web.log.wait_for("Control socket listening")
    one.stop()
    assert (other.directory / "gunicorn.ctl").is_socket()


def test_a_command_may_bind_by_itself(launch: Launch, folder: Path) -> None:
    port = free_port()
    assert launch(f"gunicorn app:app -b127.0.0.1:{port}").port == port
    other = free_port()  # Not the next one: those Linux prefers for clients.
    (folder / "gunicorn.conf.py").write_text(f"bind = 'localhost:{other}'\nworkers = 2")
    web = launch("gunicorn app:app", cwd=folder)
    assert web.port == other
    assert "--bind" not in web.environment["GUNICORN_CMD_ARGS"]


@pytest.mark.parametrize("path", ["{folder}/app.sock", "app.sock"])
def test_a_unix_socket_has_an_address_and_no_url(launch: Launch, folder: Path, path: str) -> None:
    web = launch(f"gunicorn app:app --bind unix:{path.format(folder=folder)}", cwd=folder)
    assert web.address == f"unix:{folder}/app.sock"
    assert web.url is None
    assert web.port is None
    assert web.get("/").text == str(web.workers[0].pid)
    assert f"answers at unix:{folder}/app.sock" in repr(web)
    other = launch(web.typed, cwd=folder)
    assert f"it has taken unix:{path.format(folder=folder)} from `{web.typed}`, launched here," in repr(other)
    assert other.get("/").text == str(other.workers[0].pid)


@pytest.mark.parametrize("before", ["", "env -u NOTHING ", "prlimit --nofile=512 "])
def test_all_workers_are_there_when_it_has_been_launched(launch: Launch, before: str) -> None:
    for _ in range(3):
        assert len(launch(f"{before}gunicorn labapp.web.callables:hello --workers 4").workers) == 4


def test_workers_that_share_a_port_share_the_same_one(launch: Launch) -> None:
    web = launch('gunicorn "app:app" -w 2 --reuse-port')
    web.wait_until(lambda: [worker.listening for worker in web.tree().workers] == [(web.address,)] * 2)


def test_a_factory_without_parentheses_starts_and_fails_at_every_request(launch: Launch) -> None:
    web = launch('gunicorn "labapp:create_app"')
    assert web.get("/ping").status_code == 500
    assert "its first answer was 500 Internal Server Error: look at its log" in repr(web)
    assert web.log.wait_for(r"TypeError: create_app\(\)")


def test_waiting_says_what_there_was_instead(launch: Launch) -> None:
    web = launch()
    with pytest.raises(TimeoutError, match=r"Waited 0.1 s for 2 workers: it runs, with 1 worker\."):
        web.wait_until(workers=2, timeout=0.1)
    with pytest.raises(TimeoutError, match=r"Waited 0.1 s for its end"):
        web.wait_until(running=False, timeout=0.1)
    with pytest.raises(TimeoutError, match=r"Waited 0.1 s for a condition and 1 worker"):
        web.wait_until(lambda: False, workers=1, timeout=0.1)
    with pytest.raises(
        TimeoutError, match=r"(?s)No line of the log matches 'tulip', and 0.1 s have.*Booting"
    ):
        web.log.wait_for("tulip", timeout=0.1)
    with pytest.raises(TypeError, match="Wait for what"):
        web.wait_until()


def test_the_log_waits_for_lines(launch: Launch) -> None:
    web = launch()
    line = web.log.wait_for(r"Booting worker with pid: \d+")
    assert re.search(r"\[INFO\] Booting worker with pid: \d+$", line)
    assert repr(line) == str(line)
    since = len(web.log.lines)
    web.signal("TTIN")
    assert web.log.wait_for("Booting worker", since=since) != line
    assert str(web.log) == web.log.text


def test_an_interrupted_launch_leaves_nothing(runtime_directory: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "from labapp import lab; lab.launch('python deaf.py')"],
        cwd=PROGRAMS,
        stderr=subprocess.PIPE,
        text=True,
    ) as script:
        log = wait_for(lambda: list(runtime_directory.glob("*/log")), 10, "the launch")
        wait_for(lambda: "listening" in log[0].read_text(), 10, "the server")
        script.send_signal(signal.SIGINT)
        assert script.stderr is not None
        assert script.stderr.read().endswith("KeyboardInterrupt\n")
        assert script.wait() == -signal.SIGINT
        assert list(runtime_directory.iterdir()) == []  # Cleared before the script ended, not by its end.


def test_a_forked_child_has_no_servers_and_holds_none(runtime_directory: Path) -> None:
    code = """
import os, signal
from labapp import lab
web = lab.launch("gunicorn app:app")
if (child := os.fork()) == 0:
    print(len(lab.servers()), flush=True)
    lab.reset()
    os._exit(0)
os.waitpid(child, 0)
print(len(lab.servers()), web.get().status_code)
if (child := os.fork()) == 0:
    signal.pause()
web.stop()
print(web.running)
os.kill(child, signal.SIGKILL)
"""
    told = subprocess.check_output([sys.executable, "-c", code], cwd=PROGRAMS, text=True)
    assert told == "0\n1 200\nFalse\n"


def test_a_server_that_cannot_be_written_down_does_not_stay(
    runtime_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []

    def full(record: Record) -> None:
        told.append(record)
        raise OSError("No space left on device")

    monkeypatch.setattr(running, "write_record", full)
    with pytest.raises(OSError, match="No space"):
        lab.launch("python -m http.server 0 --bind 127.0.0.1", cwd=PROGRAMS)
    assert not told[0].guarded
    assert list(runtime_directory.iterdir()) == []
