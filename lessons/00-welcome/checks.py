"""Checks of lesson 00: who answered, start and stop, the two authors of an answer, three symptoms."""

from __future__ import annotations

import os
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from labapp import create_app, lab
from labapp.course.exercise import Given, expect, fail, question, same, shown

COMMAND = 'gunicorn "labapp:create_app()"'
ADDRESS = "127.0.0.1"


def returned(value: Any, kind: type, what: str) -> None:
    """Fail unless the learner's function returned a value of this type."""
    expect(value is not None, f"{what}, returned", saw="`None`: the function returns nothing")
    expect(type(value) is kind, what, saw=f"{type(value).__name__}, {shown(value)}")


@question(
    1,
    section="Which process answered?",
    hints=(
        "The application can tell in which process it finds itself. You only have to ask it.",
        "`web.get(path)` gives an answer, and `.json()` turns its text into a dictionary.",
        'Ask for `/whoami`, and take `["pid"]` from the dictionary.',
    ),
)
def who_answers(function: Callable[[lab.Server], int]) -> None:
    """Names the worker of a server that the learner has not seen."""
    with lab.launch(COMMAND) as web:
        web.wait_until(workers=1)
        pid = function(web)
        returned(pid, int, "the pid of a process, a whole number")
        what = "the pid of the process that wrote the answer"
        expect(pid != os.getpid(), what, saw="the pid of this kernel, which asked")
        expect(pid != web.pid, what, saw="the pid of the master, which stands beside the path of the request")
        pids = [process.pid for process in web.tree()]
        expect(
            pid in pids, "a process of the server that was passed in", saw=f"{pid}, which is none of its pids"
        )


@who_answers.right
def asks() -> Any:
    return lambda web: web.get("/whoami").json()["pid"]


@who_answers.right
def looks() -> Any:
    def who(web: lab.Server) -> int:
        (worker,) = web.workers
        return worker.pid

    return who


@who_answers.wrong("stands beside the path")
def master() -> Any:
    return lambda web: web.pid


@who_answers.wrong("this kernel, which asked")
def kernel() -> Any:
    return lambda _: os.getpid()


@who_answers.wrong("`None`")
def printed() -> Any:
    return lambda web: print(web.get("/whoami").json()["pid"])


@who_answers.wrong("saw dict")
def whole_answer() -> Any:
    return lambda web: web.get("/whoami").json()


@who_answers.wrong("none of its pids")
def pid_of_yesterday() -> Any:
    return lambda _: 2


@who_answers.wrong("object is not subscriptable")
def not_yet_json() -> Any:
    return lambda web: web.get("/whoami")["pid"]


@question(
    2,
    section="How to work in this laboratory",
    hints=(
        "Three steps in this order: start, ask, stop. Only then return what you got.",
        "After a `return` nothing runs: keep the answer under a name, stop, then return it.",
        "`web = lab.launch(…)`, `text = web.get(path).text`, `web.stop()`, `return text`.",
    ),
)
def visit(function: Callable[[str], str]) -> None:
    """Starts a server for each question, and leaves none."""
    others = lab.servers()
    pong = function("/ping")
    returned(pong, str, "the text of the answer, a `str`")
    expect(pong == "pong", "for `/ping`, what the application answers there", pong)
    told = function("/whoami")
    returned(told, str, "for `/whoami`, text as well")
    try:
        pid = httpx.Response(200, text=told).json()["pid"]
    except (ValueError, TypeError, KeyError):
        fail("for `/whoami`, what the application answers there", told)
    expect(
        pid != os.getpid(),
        "the answer of a process of its own",
        saw="an answer given by this kernel",
    )
    ended = sum(not server.running for server in others)
    expect(not ended, "the servers that ran before, still running", saw=f"{ended} of them stopped")


@visit.right
def three_steps() -> Any:
    def ask(path: str) -> str:
        web = lab.launch(COMMAND)
        text = web.get(path).text
        web.stop()
        return text

    return ask


@visit.right
def in_a_block() -> Any:
    def ask(path: str) -> str:
        with lab.launch(["gunicorn", "labapp:create_app()"]) as web:
            return web.get(path).text

    return ask


@visit.wrong("nothing still running")
def never_stopped() -> Any:
    return lambda path: lab.launch(COMMAND).get(path).text


@visit.wrong("1 of them stopped")
def stops_everybodys() -> Iterator[Given]:
    def ask(path: str) -> str:
        text = lab.launch(COMMAND).get(path).text
        lab.reset()
        return text

    with lab.launch(COMMAND):
        yield Given(ask)


@visit.wrong("ConnectError")
def stopped_too_early() -> Any:
    def ask(path: str) -> str:
        web = lab.launch(COMMAND)
        web.stop()
        return web.get(path).text

    return ask


@visit.wrong("saw Response")
def not_yet_text() -> Any:
    def ask(path: str) -> Any:
        with lab.launch(COMMAND) as web:
            return web.get(path)

    return ask


@visit.wrong("saw bytes")
def content() -> Any:
    def ask(path: str) -> Any:
        with lab.launch(COMMAND) as web:
            return web.get(path).content

    return ask


@visit.wrong("for `/whoami`, what the application answers")
def hard_coded() -> Any:
    return lambda _: "pong"


@visit.wrong("given by this kernel")
def without_a_server() -> Any:
    return lambda path: create_app().test_client().get(path).text


@visit.wrong("for `/ping`, what the application answers")
def without_the_path() -> Any:
    def ask(_: str) -> str:
        with lab.launch(COMMAND) as web:
            return web.get("/nowhere").text

    return ask


@question(
    3,
    section="One request, written by hand",
    hints=(
        "What the application writes, it also writes when no server is there.",
        "`create_app().test_client().get(path).headers` and `web.get(path).headers` both have `.keys()`.",
        "Capitals may differ: make all names `.lower()`, in two sets, and take one from the other.",
    ),
)
def added(function: Callable[[lab.Server, str], set[str]]) -> None:
    """Tells the server's lines of an answer from the application's."""
    with lab.launch(COMMAND) as web:
        for path in ("/ping", "/stream?chunks=1&seconds=0"):
            names = function(web, path)
            returned(names, set, "a set of names")
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


@added.right
def two_sets() -> Any:
    def names(web: lab.Server, path: str) -> set[str]:
        alone = create_app().test_client().get(path)
        sent, written = web.get(path).headers, alone.headers
        return {name.lower() for name in sent} - {name.lower() for name, _ in written}

    return names


@added.right
def by_hand() -> Any:
    def names(web: lab.Server, path: str) -> set[str]:
        alone = create_app().test_client().get(path).headers
        with socket.create_connection((ADDRESS, web.port)) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n".encode())
            head = connection.makefile("rb").read().decode().partition("\r\n\r\n")[0]
        return {name for line in head.splitlines()[1:] if (name := line.partition(":")[0]) not in alone}

    return names


@added.wrong("it spells the same name")
def capitals_differ() -> Any:
    def names(web: lab.Server, path: str) -> set[str]:
        return set(web.get(path).headers) - set(create_app().test_client().get(path).headers.keys())

    return names


@added.wrong("saw `Content-Length`, which the application wrote")
def the_wrong_author() -> Any:
    def names(_: lab.Server, path: str) -> set[str]:
        return set(create_app().test_client().get(path).headers.keys())

    return names


@added.wrong("with 1 missing")
def the_three_of_the_lesson() -> Any:
    return lambda *_: {"Server", "Date", "Connection"}


@added.wrong("which is none")
def values() -> Any:
    return lambda web, path: set(web.get(path).headers.values())


@added.wrong("saw str")
def one_text() -> Any:
    return lambda *_: "Server, Date, Connection"


@added.wrong("with 3 missing")
def nothing() -> Any:
    def names(web: lab.Server, path: str) -> set[str]:
        sent = web.get(path).headers
        return set(sent) - set(web.get(path).headers)

    return names


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


SYMPTOMS: dict[str, tuple[str, Callable[[], Any]]] = {
    "refused": ("a port where nobody listens", no_listener),
    "silent": ("a port where somebody listens and nobody works", no_worker),
    "alive": ("a server that answers 500", failing),
}


@question(
    4,
    section="In practice",
    seconds=4.0,
    hints=(
        "Look up what `socket.create_connection` raises in each case, and in which order you may ask.",
        "`ConnectionRefusedError` and `TimeoutError` are both an `OSError`: catch each by its own name.",
        "`create_connection(…, timeout=0.5)`, `sendall(…)`, `recv(1)`: who sends you a byte is alive.",
    ),
)
def symptom(function: Callable[[int], str]) -> None:
    """Tells three ports apart by what a connection meets there."""
    for word, (where, place) in SYMPTOMS.items():
        with place() as port:
            seen = function(port)
        returned(seen, str, f"for {where}, one of three words")
        expect(seen in SYMPTOMS, f"for {where}, one of {', '.join(map(shown, SYMPTOMS))}", seen)
        expect(same(seen, word), f"another word for {where}", seen)


REQUEST = b"GET /ping HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n"


@symptom.right
def with_a_socket() -> Any:
    def diagnose(port: int) -> str:
        try:
            with socket.create_connection((ADDRESS, port), timeout=0.5) as connection:
                connection.sendall(REQUEST)
                connection.recv(1)
        except ConnectionRefusedError:
            return "refused"
        except TimeoutError:
            return "silent"
        return "alive"

    return diagnose


@symptom.right
def with_a_client() -> Any:
    def diagnose(port: int) -> str:
        try:
            httpx.get(f"http://{ADDRESS}:{port}/ping", timeout=0.5)
        except httpx.ConnectError:
            return "refused"
        except httpx.TimeoutException:
            return "silent"
        return "alive"

    return diagnose


@symptom.wrong("nobody works, saw `'alive'`")
def connects_and_is_content() -> Any:
    def diagnose(port: int) -> str:
        try:
            socket.create_connection((ADDRESS, port), timeout=0.5).close()
        except OSError:
            return "refused"
        return "alive"

    return diagnose


@symptom.wrong("nobody works, saw `'refused'`")
def one_except_for_all() -> Any:
    def diagnose(port: int) -> str:
        try:
            with socket.create_connection((ADDRESS, port), timeout=0.5) as connection:
                connection.sendall(REQUEST)
                connection.recv(1)
        except OSError:
            return "refused"
        return "alive"

    return diagnose


@symptom.wrong("answers 500, saw `'silent'`")
def waits_to_be_greeted() -> Any:
    def diagnose(port: int) -> str:
        try:
            with socket.create_connection((ADDRESS, port), timeout=0.5) as connection:
                connection.recv(1)
        except ConnectionRefusedError:
            return "refused"
        except TimeoutError:
            return "silent"
        return "alive"

    return diagnose


@symptom.wrong("answers 500, saw `'refused'`")
def takes_500_for_dead() -> Any:
    def diagnose(port: int) -> str:
        try:
            urllib.request.urlopen(f"http://{ADDRESS}:{port}/ping", timeout=0.5)
        except urllib.error.URLError:
            return "refused"
        except TimeoutError:
            return "silent"
        return "alive"

    return diagnose


@symptom.wrong("was not done after")
def waits_for_ever() -> Any:
    def diagnose(port: int) -> str:
        try:
            with socket.create_connection((ADDRESS, port)) as connection:
                connection.sendall(REQUEST)
                connection.recv(1)
        except ConnectionRefusedError:
            return "refused"
        return "alive"

    return diagnose


@symptom.wrong("one of `'refused'`")
def a_word_of_its_own() -> Any:
    return lambda _: "dead"


@symptom.wrong("nobody listens, saw `'silent'`")
def always_the_same() -> Any:
    return lambda _: "silent"
