"""The application under the servers themselves: who it says it is, and how it ends."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 60  # seconds: for a machine that does much else, never waited for in full

WSGIREF = """
import sys, labapp
from wsgiref.simple_server import WSGIRequestHandler, make_server
with make_server("127.0.0.1", 0, labapp.create_app()) as server:
    print(server.server_port, flush=True)
    server.serve_forever()
"""
WERKZEUG = """
import sys, labapp
from werkzeug.serving import make_server
server = make_server("127.0.0.1", 0, labapp.create_app(), threaded=True)
print(server.port, flush=True)
server.serve_forever()
"""
# As little of an adapter as lets an asynchronous worker serve this application.
ASGI = """
import asyncio, labapp
client = labapp.create_app().test_client()

async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    answer = await asyncio.to_thread(client.get, scope["path"])
    await send({"type": "http.response.start", "status": answer.status_code,
                "headers": [(b"content-length", str(len(answer.data)).encode())]})
    await send({"type": "http.response.body", "body": answer.data})
"""


class Running:
    """A server process and the port on which it answers."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process, self.port = process, port

    def get(self, path: str, method: str = "GET") -> str:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request(method, path)
            return connection.getresponse().read().decode()

    def whoami(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.get("/whoami"))
        return answer

    def end(self) -> str:
        """End the process and return what it wrote to its error stream."""
        self.process.terminate()
        return self.process.communicate(timeout=PATIENCE)[1]


@contextmanager
def started(command: list[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
            process.communicate(timeout=PATIENCE)


@contextmanager
def script(code: str) -> Iterator[Running]:
    with started([sys.executable, "-c", code]) as process:
        assert process.stdout
        yield Running(process, int(process.stdout.readline()))


@contextmanager
def gunicorn(*arguments: str, app: str = "labapp:create_app()") -> Iterator[Running]:
    # The socket listens before Gunicorn starts: the first request waits in its backlog.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = [sys.executable, "-m", "gunicorn", app, "--no-control-socket"]
        command += ["--bind", f"fd://{listener.fileno()}", *arguments]
        environment = {name: value for name, value in os.environ.items() if name != "GUNICORN_CMD_ARGS"}
        with started(command, pass_fds=[listener.fileno()], env=environment) as process:
            yield Running(process, listener.getsockname()[1])


@pytest.mark.parametrize(
    ("arguments", "worker_class", "thread"),
    [
        ([], "sync", "MainThread"),
        (["--threads", "4"], "gthread", r"ThreadPoolExecutor-\d+_\d+"),
        (["--worker-class", "gevent"], "gevent", r"Greenlet-\d+"),
        (["--worker-class", "tornado"], "tornado", "MainThread"),
        (["--preload"], "sync", "MainThread"),
    ],
    ids=lambda value: "-".join(value) or "plain" if isinstance(value, list) else "",
)
def test_gunicorn(arguments: list[str], worker_class: str, thread: str) -> None:
    with gunicorn(*arguments) as server:
        answers = [server.whoami() for _ in range(3)]
        assert [answer["served"] for answer in answers] == [1, 2, 3]
        for answer in answers:
            assert answer["worker_class"] == worker_class
            assert answer["ppid"] == server.process.pid != answer["pid"]
            assert re.fullmatch(thread, answer["thread"])


def test_gunicorn_asgi(tmp_path: Path) -> None:
    (tmp_path / "adapted.py").write_text(ASGI)
    with gunicorn("--worker-class", "asgi", "--chdir", str(tmp_path), app="adapted:app") as server:
        answer = server.whoami()
        assert answer["worker_class"] == "asgi"
        assert answer["thread"].startswith("asyncio_")


@pytest.mark.parametrize(("code", "name"), [(WSGIREF, "wsgiref"), (WERKZEUG, "werkzeug")])
def test_single_process(code: str, name: str) -> None:
    with script(code) as server:
        answer = server.whoami()
        assert answer["worker_class"] == name
        assert answer["pid"] == server.process.pid
        assert answer["ppid"] == os.getpid()


def test_gevent_serves_many_at_once_in_one_process() -> None:
    with gunicorn("--worker-class", "gevent") as server, ThreadPoolExecutor(20) as pool:
        assert set(pool.map(lambda _: server.get("/wait?seconds=0.2"), range(20))) == {"waited 0.2 s"}
        answers = list(pool.map(lambda _: server.whoami(), range(20)))
        assert max(answer["served"] for answer in answers) == 40
        assert len({answer["pid"] for answer in answers}) == 1
        assert len({answer["thread"] for answer in answers}) > 1


def test_every_route_is_served(tmp_path: Path) -> None:
    with gunicorn("--threads", "2") as server:
        assert server.get("/ping") == "pong"
        assert server.get("/stream?chunks=3&seconds=0.03") == "chunk 1 of 3\nchunk 2 of 3\nchunk 3 of 3\n"
        assert "dark" in server.get("/static/page.css")
        assert f"<dt>parent process</dt> <dd>{server.process.pid}</dd>" in server.get("/")
        assert server.get("/ping", method="HEAD") == ""


@pytest.mark.parametrize(
    ("path", "status"), [("/crash", 7), ("/crash?status=0", 0), ("/crash?status=255", 255)]
)
def test_crash_ends_the_process_without_a_word(path: str, status: int) -> None:
    with script(WSGIREF) as server:
        assert server.get("/crash?status=256").startswith("status: expected a whole number from 0 to 255")
        with pytest.raises(http.client.RemoteDisconnected):
            server.get(path)
        assert server.process.wait(timeout=PATIENCE) == status
        assert "Traceback" not in server.end()


def test_crash_of_a_worker_is_survived_by_its_master() -> None:
    with gunicorn() as server:
        before = server.whoami()
        with pytest.raises(http.client.RemoteDisconnected):
            server.get("/crash", method="POST")
        after = server.whoami()
        assert after["pid"] != before["pid"]
        assert (after["ppid"], after["served"]) == (before["ppid"], 1)
        assert f"Worker (pid:{before['pid']}) exited with code 7." in server.end()


def test_served_starts_again_in_a_forked_child() -> None:
    script = """
import os, labapp
client = labapp.create_app().test_client()
served = lambda: client.get("/whoami").get_json()["served"]
served(), served()
if os.fork():
    os.wait()
    print("parent", served())
else:
    print("child", served(), flush=True)
    os._exit(0)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["child 1", "parent 3"]
