"""Checks of lesson 00: who answered, start and stop, the two authors of an answer, three symptoms."""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import httpx

from labapp import create_app, lab
from labapp.course.exercise import expect, fail, question, returned, same, shown

COMMAND = 'gunicorn "labapp:create_app()"'
ADDRESS = "127.0.0.1"


def typed(value: object, kind: type, what: str) -> None:
    """Fail unless the learner's function returned a value of this type."""
    returned(value, what)
    expect(type(value) is kind, what, saw=f"{type(value).__name__}, {shown(value)}")


@question(1, section="Which process answered?")
def who_answers(function: Callable[[lab.Server], int]) -> None:
    """Names the worker of a server that the learner has not seen."""
    with lab.launch(COMMAND) as web:
        web.wait_until(workers=1)
        pid = function(web)
        typed(pid, int, "the pid of a process, a whole number")
        what = "the pid of the process that wrote the answer"
        expect(pid != os.getpid(), what, saw="the pid of this kernel, which asked")
        expect(pid != web.pid, what, saw="the pid of the master, which stands beside the path of the request")
        pids = [process.pid for process in web.tree()]
        expect(
            pid in pids, "a process of the server that was passed in", saw=f"{pid}, which is none of its pids"
        )


@question(2, section="How to work in this laboratory")
def visit(function: Callable[[str], str]) -> None:
    """Starts a server for each question, and leaves none."""
    others = lab.servers()
    pong = function("/ping")
    typed(pong, str, "the text of the answer, a `str`")
    expect(pong == "pong", "for `/ping`, what the application answers there", pong)
    told = function("/whoami")
    typed(told, str, "for `/whoami`, text as well")
    try:
        pid = httpx.Response(200, text=told).json()["pid"]
    except (ValueError, TypeError, KeyError):
        fail("for `/whoami`, what the application answers there", told)
    what = "the answer of a process of its own"
    expect(pid != os.getpid(), what, saw="an answer given by this kernel")
    strangers = {process.pid for server in others for process in server.tree()}
    expect(pid not in strangers, what, saw="an answer of a server that ran before")
    ended = sum(not server.running for server in others)
    expect(not ended, "the servers that ran before, still running", saw=f"{ended} of them stopped")


@question(3, section="One request, written by hand")
def added(function: Callable[[lab.Server, str], set[str]]) -> None:
    """Tells the server's lines of an answer from the application's."""
    with lab.launch(COMMAND) as web:
        for path in ("/ping", "/stream?chunks=1&seconds=0", "/upload"):
            names = function(web, path)
            typed(names, set, "a set of names")
            expect(all(isinstance(name, str) for name in names), "names, each a `str`", names)
            sent = {name.lower() for name in web.get(path).headers}
            alone = create_app().test_client().get(path)
            written = {name.lower(): name for name, _ in alone.headers}
            alone.close()
            seen = {name.lower() for name in names}
            for name in sorted(names):
                if own := written.get(name.lower()):
                    twin = "" if name == own else f"; it spells the same name `{own}`"
                    what = f"for `{path}`, only what the application did not write"
                    fail(what, saw=f"`{name}`, which the application wrote{twin}")
                what = f"for `{path}`, names of header lines in the answer"
                expect(name.lower() in sent, what, saw=f"`{name}`, which is none")
            missing = len(sent - written.keys() - seen)
            what = f"for `{path}`, every line that the server added"
            expect(not missing, what, saw=f"{shown(names)}, with {missing} missing")


@contextmanager
def no_listener() -> Iterator[int]:
    """A port that is taken, and at which nobody listens."""
    with socket.socket() as bound:
        bound.bind((ADDRESS, 0))
        yield bound.getsockname()[1]


@contextmanager
def no_worker() -> Iterator[int]:
    """A port at which somebody listens, and nobody accepts."""
    with socket.create_server((ADDRESS, 0)) as listener:
        yield listener.getsockname()[1]


@contextmanager
def failing() -> Iterator[int | None]:
    """The port of a server whose application fails at every request."""
    with lab.launch("gunicorn labapp:create_app") as web:
        yield web.port


@contextmanager
def peer(*, after: float = 0.0, answer: bytes = b"", resets: bool = False) -> Iterator[int]:
    """A port at which somebody reads every request, and answers, hangs up or resets after so many seconds."""
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            with suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    if connection.recv(1000) and not over.wait(after):
                        connection.sendall(answer)
                    if resets:
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with socket.create_server((ADDRESS, 0)) as listener:
        listener.settimeout(0.05)
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            over.set()
            thread.join()


ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
WORDS = ("refused", "silent", "alive")
SYMPTOMS: tuple[tuple[str, str, Callable[[], Any]], ...] = (
    ("refused", "a port where nobody listens", no_listener),
    ("silent", "a port where somebody listens and nobody works", no_worker),
    ("alive", "a server that answers 500", failing),
    ("silent", "a server that hangs up without a byte", peer),
    ("silent", "a server that resets the connection", partial(peer, resets=True)),
    ("alive", "a server that answers after 0.2 s", partial(peer, after=0.2, answer=ANSWER)),
    ("silent", "a server that answers after 1.2 s", partial(peer, after=1.2, answer=ANSWER)),
)


@question(4, section="In practice", seconds=4.0)
def symptom(function: Callable[[int], str]) -> None:
    """Tells ports apart by what a request meets there."""
    for word, where, place in SYMPTOMS:
        with place() as port:
            seen = function(port)
        typed(seen, str, f"for {where}, one of three words")
        expect(seen in WORDS, f"for {where}, one of {', '.join(map(shown, WORDS))}", seen)
        expect(same(seen, word), f"another word for {where}", seen)
