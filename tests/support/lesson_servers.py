"""Lesson 02's servers as processes, and clients that speak to them byte by byte."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from support.places import ROOT, TESTS
from support.waiting import wait_for

# The servers, and the applications that they serve here.
PROGRAMS = ROOT / "lessons" / "02-a-server-of-your-own"
APPLICATIONS = TESTS / "integration" / "lessons" / "programs"


@dataclass(frozen=True)
class Answer:
    """What came back before the server hung up."""

    status: str
    headers: dict[str, str]
    body: bytes

    @classmethod
    def read(cls, raw: bytes) -> Answer:
        head, _, body = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        assert re.match(r"HTTP/1\.[01] \d{3} ", first), raw[:200]
        headers = [line.split(": ", 1) for line in lines]
        assert len({name.lower() for name, _ in headers}) == len(headers)
        return cls(first.split(" ", 1)[1], dict(headers), body)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Server:
    """A lesson's server as a process, and its clients down to the byte."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process, self.path = process, log
        self.port = 0

    @property
    def log(self) -> str:
        return self.path.read_text()

    @property
    def workers(self) -> list[int]:
        """The pids of the children, the oldest first; the dead that nobody has fetched are among them."""
        return [child.pid for child in psutil.Process(self.process.pid).children()]

    def connect(self, receive_buffer: int = 0) -> socket.socket:
        """Return a new connection, whose buffer for what arrives has about so many bytes."""
        connection = socket.socket()
        try:
            if receive_buffer:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
            connection.settimeout(15)
            connection.connect(("127.0.0.1", self.port))
        except BaseException:
            connection.close()
            raise
        return connection

    def talk(self, *pieces: bytes) -> bytes:
        """Send some bytes and return all that comes until the server hangs up."""
        with self.connect() as connection:
            for piece in pieces:
                connection.sendall(piece)
            return everything(connection)

    def ask(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        lines = [f"{method} {path} HTTP/1.1", "Host: lab"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        return Answer.read(self.talk("\r\n".join([*lines, "", ""]).encode("latin-1") + body))

    def refuses(self) -> bool:
        try:
            self.connect().close()
        except ConnectionRefusedError:
            return True
        return False


def everything(connection: socket.socket) -> bytes:
    """Return what comes until the other side hangs up."""
    pieces = []
    while piece := connection.recv(1 << 16):
        pieces.append(piece)
    return b"".join(pieces)


@contextmanager
def running(place: Path, program: str, application: str, *options: str) -> Iterator[Server]:
    """Run a lesson's server until the end of the block; its children end with it."""
    log = place / f"{program}-{time.monotonic_ns()}.log"
    command = [sys.executable, str(PROGRAMS / program), application, "--port", "0", *options]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=output,
            cwd=APPLICATIONS,
            env={**os.environ, "PYTHONWARNINGS": "error"},
        )
    family = []
    with process:
        server = Server(process, log)
        try:
            wait_for(lambda: "listening on" in server.log or process.poll() is not None)
            assert process.poll() is None, server.log
            server.port = int(
                re.findall(r"listening on http://127\.0\.0\.1:(\d+)$", server.log, re.MULTILINE)[0]
            )
            yield server
            family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            finally:
                process.kill()
                _, left = psutil.wait_procs(family, timeout=15)
                for child in left:
                    child.kill()
                assert not left
