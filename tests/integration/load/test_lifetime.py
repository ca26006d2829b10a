"""The generator's process lives as long as it is wanted; what `lab.load` gives it to do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading

import pytest
from support.waiting import gone, wait_for

from labapp import lab
from labapp.load.order import Order
from labapp.load.side import generator, run

PING = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npong"

# Orders a load, once somebody has read the pid of its generator.
CALLER = textwrap.dedent("""
    import os, subprocess, sys
    from labapp.load import side
    from labapp.load.order import Order
    popen = subprocess.Popen
    def told(*args, **options):
        process = popen(*args, **options)
        print(process.pid, flush=True)
        # A child that holds the other end of every pipe, until the test lets it go.
        if {fork} and not os.fork():
            os.read(0, 1)
            os._exit(0)
        return process
    subprocess.Popen = told
    try:
        side.run(Order({address!r}, duration=50))
    except KeyboardInterrupt:
        print("interrupted", flush=True)
""")


def quiet(connection):
    while connection.recv(4096):
        pass


@pytest.fixture
def caller(rude):
    """Start a process that orders a long load; return it and its generator's pid."""
    started = []

    def start(fork: bool = False) -> tuple[subprocess.Popen[str], int]:
        server = rude(quiet)
        code = CALLER.format(address=server.address, fork=fork)
        process = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        wait_for(lambda: server.accepted, 10, "the first request")
        return process, pid

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_its_caller_however_that_ends(caller, number):
    process, pid = caller()
    process.send_signal(number)
    wait_for(lambda: gone(pid), 5, "the generator's end")
    if number == signal.SIGINT:
        assert process.stdout.read() == "interrupted\n"


def test_it_ends_with_its_caller_although_a_child_of_that_lives(caller):
    process, pid = caller(fork=True)
    process.kill()
    wait_for(lambda: gone(pid), 5, "the generator's end")


def test_a_busy_generator_reports_to_nobody_and_ends(rude):
    def well(connection):
        while connection.recv(4096):
            connection.sendall(PING)

    with generator(Order(rude(well).address, duration=50, keep_alive=True)) as process:
        assert process.stdout.readline().startswith(b'{"began"')
    assert process.returncode is not None


def test_one_that_is_killed_loses_nothing_that_it_said(rude):
    def well(connection):
        while connection.recv(4096):
            connection.sendall(PING)

    killed = threading.Event()

    def heard(ended: int, seconds: float) -> None:
        if ended and not killed.is_set():
            killed.set()
            (child,) = [int(pid) for pid in children(os.getpid())]
            os.kill(child, signal.SIGKILL)

    load = run(Order(rude(well).address, duration=20, keep_alive=True), heard)
    assert load.statuses[200] > 0
    assert load.cut == "the generator ended early (status -9)"


def children(pid: int) -> list[str]:
    told = subprocess.run(
        ["ps", "-A", "-ww", "-o", "ppid=,pid=,args="], capture_output=True, text=True, check=True
    )
    rows = [row.split(None, 2) for row in told.stdout.splitlines()]
    return [row[1] for row in rows if row[0] == str(pid) and "labapp.load" in row[2]]


def test_the_vocabulary_takes_a_server_and_a_url_and_serves_both():
    with lab.launch('gunicorn "labapp:create_app()" --workers 2') as web:
        first = lab.load(web, "/wait?seconds=0.1", requests=4, concurrency=4)
        second = lab.load(f"{web.url}/ping", requests=3)
        third = lab.load(web, "/nothing", requests=2, method="HEAD")
    assert first.what == "GET /wait?seconds=0.1, 4 at once, a new connection for each request"
    assert first.outcome == "4 requests: 4 answered 200"
    assert first.percentile(0) >= 0.1
    assert (second.statuses, third.statuses) == ({200: 3}, {404: 2})
    assert lab.load(web.url, "/ping", requests=2).errors == {"refused": 2}
    with pytest.raises(ProcessLookupError, match=r"The server has ended \(exited with status 0\): nothing"):
        lab.load(web, "/ping", requests=2)


def test_a_server_on_a_unix_socket(tmp_path):
    with lab.launch(f'gunicorn "labapp:create_app()" --bind unix:{tmp_path}/s') as web:
        assert lab.load(web, "/ping", requests=5, concurrency=2).statuses == {200: 5}


def test_the_lab_is_imported_without_what_only_a_load_needs():
    code = (
        "import sys; from labapp import lab\n"
        "print([name for name in sys.modules if 'httptools' in name or 'labapp.load' in name])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
