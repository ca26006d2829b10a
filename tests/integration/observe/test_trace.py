from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from labapp.observe.kernel.system_calls import TraceError, strace_available, trace

# The kernel lets any process trace one that says so, also where it is strict about it.
SERVER = """
import ctypes, os, socket, sys, threading
ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)
server = socket.create_server(("127.0.0.1", 0))
def serve():
    while True:
        server.accept()[0].close()
for _ in range(int(sys.argv[1])):
    threading.Thread(target=serve, daemon=True).start()
print(server.getsockname()[1], flush=True)
serve()
"""

TRIES = """
import contextlib, ctypes, socket, sys
ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)
server = socket.socket(fileno=int(sys.argv[1]))
print("ready", flush=True)
for line in sys.stdin:
    with contextlib.suppress(BlockingIOError):
        server.accept()[0].close()
    print("tried", flush=True)
"""

needs_strace = pytest.mark.skipif(not strace_available(), reason="strace is not installed")


@pytest.fixture
def server():
    with subprocess.Popen([sys.executable, "-c", SERVER, "2"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())

        def visit() -> None:
            with socket.create_connection(("127.0.0.1", port), 10) as connection:
                assert connection.recv(1) == b""

        yield process, visit
        assert process.poll() is None
        process.kill()


@needs_strace
def test_calls_are_counted_in_all_threads_and_the_process_goes_on(server):
    process, visit = server
    traced = trace(process.pid, "accept,accept4", during=lambda: [visit() for _ in range(20)])
    assert traced.count == 20
    assert repr(traced) == "20 calls"
    assert all("accept" in line for line in traced.lines)
    assert repr(trace(process.pid, during=visit)) == "1 call"
    visit()


@needs_strace
def test_a_process_that_does_not_accept_makes_no_calls(server):
    process, visit = server
    assert repr(trace(process.pid, "connect", during=visit)) == "0 calls"


@needs_strace
def test_an_error_meanwhile_is_handed_on_and_the_process_set_free(server):
    process, visit = server
    with pytest.raises(ZeroDivisionError):
        trace(process.pid, during=lambda: 1 / 0)
    assert "TracerPid:\t0\n" in Path(f"/proc/{process.pid}/status").read_text()
    visit()


@needs_strace
def test_what_cannot_be_traced_is_said_clearly(server):
    process, visit = server
    with pytest.raises(TraceError, match="invalid system call"):
        trace(process.pid, "levitate", during=visit)

    def again() -> None:
        with pytest.raises(TraceError, match="being traced already"):
            trace(process.pid, during=visit)

    trace(process.pid, during=again)
    with pytest.raises(TraceError, match="there is no process"):
        trace(2**22 + 1, during=visit)


def test_without_strace_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    assert not strace_available()
    with pytest.raises(TraceError, match="strace is not installed"):
        trace(os.getpid(), during=lambda: None)


@needs_strace
def test_several_processes_are_traced_together_and_calls_in_vain_are_told():
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    command = [sys.executable, "-c", TRIES]
    with socket.create_server(("127.0.0.1", 0)) as shared:
        shared.setblocking(False)
        number = shared.fileno()
        tries = [subprocess.Popen([*command, str(number)], pass_fds=[number], **pipes) for _ in range(2)]
        try:
            assert [one.stdout.readline() for one in tries] == ["ready\n"] * 2

            def race() -> None:
                with socket.create_connection(shared.getsockname(), 10):
                    for one in tries:
                        one.stdin.write("try\n")
                        one.stdout.readline()

            traced = trace([one.pid for one in tries], during=race)
        finally:
            for one in tries:
                with one:
                    one.stdin.close()
    assert (traced.count, traced.succeeded) == (2, 1)
    assert repr(traced) == "2 calls, 1 in vain"
