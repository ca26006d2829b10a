"""Checks of the lesson on a server of one's own: time, bytes, failures and forks."""

from __future__ import annotations

import fcntl
import inspect
import math
import os
import re
import select
import socket
import struct
import termios
import textwrap
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from labapp import lab
from labapp.course.exercise import cases, expect, fail, question, same, shown, soon, unattempted
from labapp.observe.tree import Tree

HERE = Path(__file__).parent
END = b"\r\n\r\n"


@question(1, section="Fork")
def last_answer(seconds: Callable[[str, int, float, int], float]) -> None:
    """Rounds of requests: of one, of all, of as many as there are workers."""
    rounds = (
        ("prefork.py", 12, 0.2, 4, 3),
        ("prefork.py", 10, 0.2, 4, 3),
        ("prefork.py", 3, 0.5, 8, 1),
        ("prefork.py", 9, 0.1, 8, 2),
        ("threaded.py", 10, 0.2, 1, 1),
        ("threaded.py", 40, 0.3, 4, 1),
        ("one_at_a_time.py", 10, 0.2, 1, 10),
        ("one_at_a_time.py", 7, 0.3, 4, 7),
    )
    what = "a number of seconds"
    for server, requests, each, workers, told, count in cases(seconds, rounds, what, int, float):
        call = f"`seconds({server!r}, {requests}, {each}, {workers})`"
        expect(
            math.isclose(told, count * each, rel_tol=0.01),
            f"for {call}, the seconds until the last of {requests} has an answer",
            saw=f"{told:.3g} s, which is too {'long' if told > count * each else 'short'}",
        )


# 2. A request in pieces.


class Sender(threading.Thread):
    """A client that sends each piece once the one before has been read; then it waits, or hangs up."""

    patience = 0.7

    def __init__(
        self, client: socket.socket, server: socket.socket, pieces: Iterable[bytes], leaves: bool
    ) -> None:
        super().__init__(daemon=True)
        self.client, self.pieces, self.leaves = client, pieces, leaves
        self.looked_at = os.dup(server.fileno())
        self.over, self.tired = threading.Event(), False

    def run(self) -> None:
        """Send, and hang up when nothing happens any more, so that no answer hangs for ever."""
        with suppress(OSError):
            for piece in self.pieces:
                self.client.sendall(piece)
                patience = time.monotonic() + self.patience
                while self.unread() and time.monotonic() < patience and not self.over.wait(0.001):
                    pass
            self.tired = not self.leaves and not self.over.wait(self.patience)
            self.client.shutdown(socket.SHUT_WR)

    def unread(self) -> bool:
        """Whether the server has not yet read everything."""
        waiting: bytes = fcntl.ioctl(self.looked_at, termios.FIONREAD, bytes(4))
        return struct.unpack("i", waiting)[0] > 0

    def end(self) -> None:
        """Let go of everything."""
        self.over.set()
        self.join()
        self.client.close()
        os.close(self.looked_at)


@contextmanager
def sending(pieces: Iterable[bytes], leaves: bool) -> Iterator[tuple[socket.socket, Sender]]:
    """Hold the server's end of a connection on which these pieces arrive."""
    server, client = socket.socketpair()
    sender = Sender(client, server, pieces, leaves)
    sender.start()
    try:
        with server:
            yield server, sender
    finally:
        sender.end()


GET = b"GET /lab HTTP/1.1\r\nHost: lab\r\n\r\n"
POST = b"POST /upload HTTP/1.1\r\nHost: lab\r\nContent-Length: 11\r\n\r\n"
OTHER = POST.replace(b"Content-Length", b"X-Content-Length: 99\r\nContent-Length")
LOWER = b"PUT /upload HTTP/1.1\r\nhost: lab\r\ncontent-length:5\r\n\r\n"


@question(2, section="A socket")
def receive_whole(receive: Callable[[socket.socket], Any]) -> None:
    """Reads a request however it is cut up."""
    for name, pieces, wanted in (
        ("a GET in one piece", [GET], (GET, b"")),
        ("a GET in two halves", [GET[:11], GET[11:]], (GET, b"")),
        ("a POST, its body in a piece of its own", [POST, b"hello world"], (POST, b"hello world")),
        ("a body in three pieces", [POST, b"he", b"llo ", b"world"], (POST, b"hello world")),
        ("a piece that ends the head and begins the body", [POST[:20], POST[20:] + b"he", b"llo world"],
         (POST, b"hello world")),
        ("an empty line cut in two", [POST[:-2], POST[-2:] + b"hello world"], (POST, b"hello world")),
        ("a body with an empty line in it", [POST + b"hello\r\n\r\nyo"], (POST, b"hello\r\n\r\nyo")),
        ("a request of single bytes", [bytes([byte]) for byte in GET], (GET, b"")),
        ("`content-length` in small letters", [LOWER, b"hello"], (LOWER, b"hello")),
        ("another name that ends in `Content-Length`", [OTHER, b"hello world"], (OTHER, b"hello world")),
    ):  # fmt: skip
        with sending(pieces, leaves=False) as (server, sender):
            told = receive(server)
            waited = sender.tired
        expect(
            not waited,
            f"{name}: an answer as soon as the request is complete",
            saw="your code went on reading, while the client had sent everything and waited for its answer",
        )
        expect(isinstance(told, tuple | list) and len(told) == 2, "a pair `(head, body)`", told)
        for part, seen, due in zip(("head", "body"), told, wanted, strict=True):
            expect(type(seen) is bytes, f"{name}: the {part} as `bytes`", seen)
            expect(
                seen == due, f"{name}: the {part}, {len(due)} bytes", saw=f"{len(seen)} bytes, {shown(seen)}"
            )
    for name, pieces in (
        ("a client that hangs up within the head", [GET[:11]]),
        ("a client that hangs up within the body", [POST, b"hello"]),
        ("a client that says nothing and hangs up", []),
    ):
        with sending(pieces, leaves=True) as (server, _):
            told = receive(server)
        expect(told is None, f"{name}: `None`, since there is no request", told)


# 3. What the head says.


HEADS = (
    (
        b"GET /menu?table=7 HTTP/1.1\r\nHost: lab:8000\r\nX-Table:  window \r\n\r\n",
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/menu",
            "QUERY_STRING": "table=7",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "lab:8000",
            "HTTP_X_TABLE": "window",
        },
    ),
    (
        b"POST /upload HTTP/1.0\r\nContent-Type: text/csv\r\ncontent-length: 11\r\n\r\n",
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/upload",
            "QUERY_STRING": "",
            "SERVER_PROTOCOL": "HTTP/1.0",
            "CONTENT_TYPE": "text/csv",
            "CONTENT_LENGTH": "11",
        },
    ),
    (
        b"GET /caf%C3%A9/1+1%3F?name=Jos%C3%A9?&x=1+1 HTTP/1.1\r\nHost:lab\r\nX-Owner: Ren\xe9 II\r\n\r\n",
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/caf\xc3\xa9/1+1?",
            "QUERY_STRING": "name=Jos%C3%A9?&x=1+1",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "lab",
            "HTTP_X_OWNER": "René II",
        },
    ),
)
MEANT = {
    "REQUEST_METHOD": "the first word of the request line",
    "PATH_INFO": "the path alone, its percent signs decoded, one character for each byte",
    "QUERY_STRING": "what follows the first `?`, as the client sent it",
    "SERVER_PROTOCOL": "the last word of the request line",
    "CONTENT_TYPE": "the type of the body",
    "CONTENT_LENGTH": "the length of the body, as text",
}


@question(3, section="Fifty statements")
def a_dictionary(environ_of: Callable[[bytes], dict[str, Any]]) -> None:
    """Turns a head into what PEP 3333 calls environ."""
    for head, environ, wanted in cases(environ_of, HEADS, "a dictionary"):
        asked = f"for `{head.split(b' HTTP')[0].decode()}`"
        expect(isinstance(environ, dict), "a dictionary", environ)
        for key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            expect(
                f"HTTP_{key}" not in environ,
                f"{asked}, the two names that PEP 3333 leaves without `HTTP_`",
                saw=f"the key `HTTP_{key}`",
            )
        for key, value in wanted.items():
            what = MEANT.get(key, "the value of its field, without the blanks around it")
            expect(key in environ, f"{asked}, a key `{key}`", saw=f"the keys {shown(sorted(environ))}")
            expect(same(environ[key], value), f"{asked}, under `{key}` {what}", environ[key])
        more = sorted(key for key in environ if str(key).startswith("HTTP_") and key not in wanted)
        expect(
            not more,
            f"{asked}, one `HTTP_` key for each other field",
            saw=f"also {', '.join(map(str, more))}",
        )


# 4. The answer.


class Body:
    """The body of an application's answer, which remembers whether it was closed."""

    def __init__(self, pieces: Iterable[bytes], error: Exception | None = None) -> None:
        self.pieces, self.error, self.closed = pieces, error, 0

    def __iter__(self) -> Iterator[bytes]:
        yield from self.pieces
        if self.error:
            raise self.error

    def close(self) -> None:
        """Count."""
        self.closed += 1


ONE_NAME = [("X-Table", "7"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]


def sent(respond: Callable[..., Any], application: Any, method: str = "GET") -> bytes:
    """Return what a function writes to a connection; it has a timeout, as the lesson's connections have."""
    server, client = socket.socketpair()
    spare = server.dup()  # An answer may have closed its own.
    arrived: list[bytes] = []
    over = threading.Event()

    def read() -> None:
        # Not before the buffer is full: a `send` that takes a part only is then seen to do so.
        while not over.wait(0.001) and select.select([], [spare], [], 0)[1]:
            pass
        over.wait(0.01)
        while piece := client.recv(65536):
            arrived.append(piece)

    reader = threading.Thread(target=read, daemon=True)
    with client, server, spare:
        server.settimeout(1)
        reader.start()
        try:
            respond(server, {"REQUEST_METHOD": method, "PATH_INFO": "/"}, application)
        finally:
            over.set()
            spare.shutdown(socket.SHUT_WR)
            reader.join(1)
    return b"".join(arrived)


def sent_by_failing(respond: Callable[..., Any]) -> bytes:
    """Return what is sent for an application that raises before its first piece."""

    def fails(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        raise RuntimeError("the application has changed its mind")

    def quietly(*given: Any) -> None:
        with suppress(RuntimeError):
            respond(*given)

    return sent(quietly, fails)


@question(4, section="Fifty statements")
def an_answer(respond: Callable[..., Any]) -> None:
    """Writes what the application answers, in the bytes of HTTP."""

    def teapot(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("418 I'm a Teapot", [("Content-Type", "text/plain"), *ONE_NAME])
        return [b"short ", b"and stout"]

    def lazy(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        yield b"one "
        yield b"two"

    def answers(body: Any) -> Any:
        def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
            start_response("200 OK", [("Content-Type", "text/plain")])
            return body

        return application

    raw = sent(respond, teapot)
    expect(raw, "an answer on the connection", saw="not one byte")
    first = raw.split(b"\n")[0]
    expect(
        re.fullmatch(rb"HTTP/1\.[01] 418 I'm a Teapot\r?", first),
        "a first line with the version of HTTP and the application's status",
        first,
    )
    head, end, body = raw.partition(END)
    expect(b"\n" not in head.replace(b"\r\n", b""), "lines that end in `\\r\\n`", raw)
    expect(end, "an empty line after the headers", raw)
    for header in (b"Content-Type: text/plain", *(": ".join(pair).encode() for pair in ONE_NAME)):
        expect(header.lower() in head.lower().split(b"\r\n"), f"a header line `{header.decode()}`", head)
    expect(body == b"short and stout", "the pieces of the body, one behind the other", body)
    seen = sent(respond, lazy).partition(END)[2]
    expect(seen == b"one two", "the body of an application that is a generator", seen)
    raw = sent_by_failing(respond)
    expect(
        not raw or raw.startswith((b"HTTP/1.0 5", b"HTTP/1.1 5")),
        "no status of 200 for an application that raises after `start_response`, before its first piece",
        raw,
    )
    raw = sent(respond, answers([]))
    expect(raw.endswith(END), "status and headers, also of an answer without a body", raw)
    raw = sent(respond, teapot, "HEAD")
    expect(
        raw.endswith(END),
        "the answer to a `HEAD`: headers, and no body",
        saw=shown(raw.partition(END)[2] or raw),
    )
    large = bytes(range(256)) * 20_000
    seen = sent(respond, answers([large])).partition(END)[2]
    expect(seen == large, f"all {len(large)} bytes of a large body", saw=f"{len(seen)} of them")
    whole = Body([b"a", b"b"])
    sent(respond, answers(whole))
    expect(whole.closed == 1, "the body's `close`, called once", saw=f"called {whole.closed} times")
    broken = Body([b"a"], RuntimeError("the application broke off"))
    with suppress(RuntimeError):
        sent(respond, answers(broken))
    expect(
        broken.closed == 1,
        "the body's `close`, also when the application raises while it is read",
        saw=f"called {broken.closed} times",
    )


# Functions that run as a process of their own.


def source_of(function: Any, name: str) -> str:
    """Return a function's source, to be run elsewhere."""
    expect(
        inspect.isfunction(function) and function.__name__ != "<lambda>", f"the function `{name}`", function
    )
    try:
        source = textwrap.dedent(inspect.getsource(function))
    except OSError:
        fail(f"the source of `{name}`, to run it in a process of its own", saw="none: define it in a cell")
    if "raise NotImplementedError(" in source:
        unattempted(f"`{name}` is still as it was: it raises `NotImplementedError`.")
    return source


@contextmanager
def process(program: str) -> Iterator[lab.Server]:
    """Run a program for as long as the block runs."""
    try:
        server = lab.launch(["python", "-c", program], timeout=5)
    except lab.LaunchError as error:
        last = f"; the last line of its log: {error.log_tail[-1]}" if error.log_tail else ""
        saw = f"it {error.status}{last}" if error.status else error.summary.replace("python", "it", 1)
        fail("a server that answers its first request", saw=saw)
    with server:
        yield server


def ask(web: lab.Server, path: str) -> bytes:
    """Send a request, and return what comes until the server hangs up."""
    host = (web.address or "").rpartition(":")[0].strip("[]")
    with suppress(OSError), socket.create_connection((host, web.port or 0), timeout=1) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: lab\r\n\r\n".encode())
        return client.makefile("rb").read()
    return b""


def hang_up(web: lab.Server, path: str) -> None:
    """Send a request, and reset the connection when the application has begun."""
    with socket.create_connection(("127.0.0.1", web.port or 0), timeout=1) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: lab\r\n\r\n".encode())
        with suppress(TimeoutError):
            web.log.wait_for("the application has begun", timeout=1)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


# 5. An application that raises.


ONE_AT_A_TIME = """
import contextlib, os, select, socket, sys, traceback
sys.path.insert(0, {folder!r})
from request import HTTPError, read_request
from start import listen

{source}

def application(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/early":
        raise ValueError("before start_response")
    if path == "/exit":
        sys.exit("before start_response")
    if path == "/gone":
        print("the application has begun", flush=True)
        select.select([connection], [], [])  # until the client has gone
        raise LookupError("the client has gone")
    if path == "/empty":
        start_response("204 No Content", [])
        return []
    start_response("200 OK", [("Content-Type", "text/plain")])
    if path == "/noted":
        raise KeyError("after start_response")
    return Body(path)

class Body:
    closed = 0

    def __init__(self, path):
        self.path = path

    def __iter__(self):
        if self.path == "/closed":
            yield b"%d" % Body.closed
            return
        yield b"the first piece, "
        if self.path == "/late":
            raise ZeroDivisionError("after the first piece")
        yield b"the second"

    def close(self):
        Body.closed += 1

listener = listen(0)
while True:
    connection, _ = listener.accept()
    with connection, connection.makefile("rb") as stream:
        try:
            environ = read_request(connection, stream)
        except (HTTPError, OSError):
            continue
        {name}(connection, environ, application)
"""
RAISES = {
    "/early": "before it has called `start_response`",
    "/noted": "after `start_response`, before the first piece",
    "/late": "after the first piece",
    "/exit": "`SystemExit`",
}


@question(5, section="What arrives is not always a request")
def survives(handle: Callable[..., Any]) -> None:
    """Answers 500 where it can, says why in the log, and lives."""
    source = source_of(handle, "handle")
    program = ONE_AT_A_TIME.format(folder=str(HERE), source=source, name=handle.__name__)
    with process(program) as web:
        pid, fine = web.pid, ask(web, "/")
        expect(
            re.match(rb"HTTP/1\.[01] 200 ", fine) and fine.endswith(b"the first piece, the second"),
            "the whole answer of an application that does not raise",
            fine,
        )
        for path, when in RAISES.items():
            raw = ask(web, path)
            case = f"an application that raises {when}"
            if not raw:
                with suppress(TimeoutError):
                    web.wait_until(running=False, timeout=0.3)
            seen = shown(raw) if raw else "no byte of an answer"
            expect(web.running, f"{case}: a server that lives", saw=f"{seen}, and the server {web.ending}")
            lines = re.findall(rb"HTTP/1\.[01] \d+", raw)
            expect(len(lines) <= 1, f"{case}: one answer", saw=f"{len(lines)} in one: {shown(raw)}")
            status = lines[0][-3:].decode() if lines else ""
            allowed = ("200", "500") if path == "/late" else ("500",)
            expect(
                raw.startswith(b"HTTP/1.") and status in allowed,
                f"{case}: {'what was sent, and then the end' if path == '/late' else 'the status 500'}",
                saw=seen,
            )
        hang_up(web, "/gone")
        seen = shown(ask(web, "/"))
        if seen != shown(fine):
            with suppress(TimeoutError):
                web.wait_until(running=False, timeout=1)
        saw = f"the next client gets {seen}" if web.running else f"the server {web.ending}"
        expect(
            seen == shown(fine),
            "an application that raises when the client has gone: a server that lives",
            saw=saw,
        )
        expect(ask(web, "/") == fine, "the same answer as before once all that is over", ask(web, "/"))
        expect(web.pid == pid, "the process of before", saw="another one")
        raw = ask(web, "/empty")
        expect(re.match(rb"HTTP/1\.[01] 204 ", raw), "an answer without a body: its status", raw)
        closed = ask(web, "/closed").rpartition(b"\n")[2]
        what = "the body of every answer closed, also of one that failed"
        expect(closed.isdigit() and int(closed) >= 3, what, saw=f"{closed.decode() or 'none'} of 3 closed")
        for error in ("ValueError", "KeyError", "ZeroDivisionError", "SystemExit", "LookupError"):
            expect(
                re.search(rf"(?m)^{error}: ", web.log.text),
                "in the log, a traceback of every exception",
                saw=f"nothing of a {error}" if web.log.text.count("Traceback") else "not one traceback",
            )


# 6. Children that share a port.


PREFORK = """
import os, signal, socket, threading, traceback

def work(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            path = connection.recv(65536).split()[1]
            if path != b"/":
                raise RuntimeError("what work meets") if path == b"/raise" else SystemExit(path)
            connection.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\n" + str(os.getpid()).encode())

{source}

try:
    {name}({port}, {workers}, work)
finally:
    while True:
        signal.pause()
"""
WORKERS = 3


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def holders(web: lab.Server) -> list[int]:
    """Return the pids that are not the master's and hold a listening socket."""
    return [process.pid for process in web.tree() if process.pid != web.pid and process.listening]


@question(6, section="Fork")
def one_port(start: Callable[..., Any]) -> None:
    """Has so many children, all with the one socket, and a master that does not answer."""
    program = PREFORK.format(
        source=source_of(start, "start"), name=start.__name__, port=free_port(), workers=WORKERS
    )
    with process(program) as web:
        with suppress(TimeoutError):
            web.wait_until(lambda: len(holders(web)) >= WORKERS, timeout=0.8)
        tree = Tree(process for process in web.tree() if process.alive)
        [master, *_] = tree.roots
        children = tree.children(master)
        expect(
            children,
            "processes that the master has forked",
            saw=f"one process, threads in it: {tree[0].threads}",
        )
        expect(
            len(tree) == 1 + len(children),
            "children of the master, and no grandchildren",
            saw=f"{len(children)} children and {len(tree) - 1 - len(children)} below them",
        )
        errors = [line for line in web.log.lines if "Error" in line]
        said = f"; the log says `{errors[-1]}`" if errors else ""
        expect(
            len(children) == WORKERS,
            f"for `workers={WORKERS}`, as many children",
            saw=f"{len(children)}{said}",
        )
        held = {child.pid: lab.descriptors(child.pid, web.address) for child in children}
        expect(all(held.values()), "the listening socket in the hands of every child",
               saw=f"{sum(map(bool, held.values()))} of {len(held)} that hold one")  # fmt: skip
        sockets = {name for descriptors in held.values() for name in descriptors.values()}
        expect(len(sockets) == 1, "one listening socket, shared", saw=f"{len(sockets)} at the same address")
        who = {int(ask(web, "/").rpartition(b"\n")[2] or 0) for _ in range(6 * WORKERS)}
        expect(
            master.pid not in who,
            "answers from the children, and none from the master",
            saw="some from the master",
        )
        for left, path, what in ((WORKERS, "/raise", ""), (WORKERS - 1, "/exit", " `SystemExit`")):
            ask(web, path)
            ended = soon(lambda left=left: sum(process.alive for process in web.tree()) == left, 1)
            expect(ended, f"a child whose `work` raises{what}, ended", saw="one that lives on")
