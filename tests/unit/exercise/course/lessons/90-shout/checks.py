"""Checks of a small lesson: one question to write, one to read, one to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.util import setup_testing_defaults

from labapp import lab
from labapp.course.exercise import Given, expect, fail, question, same, shown, unattempted

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
SERVER = 'gunicorn "labapp:create_app()" --workers 2'


def answer(application: Application, path: str) -> tuple[str, dict[str, str], list[bytes]]:
    """Call an application as a server does; return status, headers by name, and the chunks of the body."""
    started: list[tuple[str, list[tuple[str, str]]]] = []
    environ: dict[str, Any] = {"PATH_INFO": path}
    setup_testing_defaults(environ)
    body = application(environ, lambda status, headers: started.append((status, headers)))
    if isinstance(body, str | bytes) or not isinstance(body, Iterable):
        fail("an iterable of chunks, such as a list", body)
    chunks = list(body)
    expect(len(started) == 1, "one call of `start_response`", saw=f"{len(started)} calls")
    status, headers = started[0]
    return status, dict(headers), chunks


@question(
    1,
    section="The smallest application",
    hints=(
        "The path that was asked for is in `environ`.",
        "`start_response` takes a status and a list of pairs; what you return is a list of `bytes`.",
        '`environ["PATH_INFO"].upper().encode()` is the body; its `len` is the length.',
    ),
)
def loud(application: Application) -> None:
    """Answers any path, in capitals."""
    for path in ("/ping", "/a/b", "/größe"):
        status, headers, chunks = answer(application, path)
        for chunk in chunks:
            expect(
                type(chunk) is bytes,
                "every chunk of the body as `bytes`",
                saw=f"{type(chunk).__name__}, {shown(chunk)}",
            )
        expect(status == "200 OK", "the status of an answer that went well", status)
        body = b"".join(chunks)
        expect(same(body, path.upper().encode()), f"for `{path}`, that path in capitals", body)
        length = headers.get("Content-Length")
        expect(length is not None, "a header `Content-Length`", headers)
        expect(
            length == str(len(body)),
            "a `Content-Length` that counts the bytes of the body",
            saw=f"`{length}` for {shown(body)}",
        )


@loud.right
def a_list() -> Application:
    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["PATH_INFO"].upper().encode()
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
        return [body]

    return application


@loud.right
def a_generator() -> Application:
    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["PATH_INFO"].upper().encode()
        start_response("200 OK", [("Content-Length", f"{len(body)}")])
        for byte in body:
            yield bytes([byte])

    return application


@loud.right
def a_class() -> Any:
    class Application:
        def __init__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> None:
            self.body = environ["PATH_INFO"].upper().encode()
            start_response("200 OK", [("Content-Length", str(len(self.body)))])

        def __iter__(self) -> Iterator[bytes]:
            yield self.body

    return Application


@loud.wrong("str, `'/PING'`")
def text_for_bytes() -> Any:
    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[str]:
        body = environ["PATH_INFO"].upper()
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]

    return application


@loud.wrong("`5` for `b")
def length_in_characters() -> Any:
    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["PATH_INFO"].upper()
        start_response("200 OK", [("Content-Length", str(min(len(body), 5)))])
        return [body.encode()]

    return application


@loud.wrong("for `/a/b`")
def hard_coded() -> Any:
    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", "5")])
        return [b"/PING"]

    return application


@loud.wrong("header `Content-Length`")
def no_length() -> Any:
    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [environ["PATH_INFO"].upper().encode()]

    return application


@loud.wrong("an iterable of chunks")
def bare_bytes() -> Any:
    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> bytes:
        start_response("200 OK", [])
        return environ["PATH_INFO"].upper().encode()

    return application


@loud.wrong("KeyError: 'PATH'")
def wrong_key() -> Any:
    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["PATH"].upper().encode()
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]

    return application


@loud.wrong("Games, `<Games>`")
def equal_to_everything() -> Any:
    class Games(bytes):
        __hash__ = None  # type: ignore[assignment]

        def __eq__(self, other: object) -> bool:
            return True

        def __repr__(self) -> str:
            return "<Games>"

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", "0")])
        return [Games()]

    return application


@question(
    2,
    section="Who is there",
    hints=("Somebody starts the workers.", "That somebody is a process too."),
)
def processes(count: Callable[[], int]) -> None:
    """Counts the master."""
    seen = count()
    expect(seen is not None, "a number, returned", saw="`None`: the function returns nothing")
    expect(type(seen) is int, "a whole number", seen)
    expect(seen != 3, "every process of the server", saw="3: the workers are counted, and nobody else")
    expect(
        seen == 1 + 3,
        "every process of the server, once",
        saw=f"{seen}, which is too {'few' if seen < 4 else 'many'}",
    )


@processes.right
def a_number() -> Callable[[], int]:
    return lambda: 4


@processes.right
def measured() -> Callable[[], int]:
    def count() -> int:
        with lab.launch('gunicorn "labapp:create_app()" --workers 3') as web:
            web.wait_until(workers=3)
            return len(web.tree())

    return count


@processes.wrong("nobody else")
def without_the_master() -> Callable[[], int]:
    return lambda: 3


@processes.wrong("5, which is too many")
def one_too_many() -> Callable[[], int]:
    return lambda: 5


@processes.wrong("`'4'`")
def text() -> Any:
    return lambda: "4"


@processes.wrong("returns nothing")
def printed() -> Any:
    return lambda: print(4)


@processes.wrong("nothing still running")
def forgot_to_stop() -> Callable[[], int]:
    def count() -> int:
        web = lab.launch('gunicorn "labapp:create_app()" --workers 3')
        web.wait_until(workers=3)
        return len(web.tree())

    return count


@question(
    3,
    section="Who is there",
    hints=("The master takes signals.", "TTOU takes a worker away; its twin adds one."),
)
def one_more(web: lab.Server, master: int) -> None:
    """Has three workers, under the master of before."""
    expect(web.running, "the server that was started, running", saw=f"it {web.ending}")
    workers = len(web.tree().workers)
    if workers == 2:
        unattempted("The server has its two workers, as before.")
    expect(
        web.pid == master, "the master that was there before", saw="another one: the server was started anew"
    )
    expect(workers == 3, "three workers", workers)


@one_more.blank
def two_workers() -> Iterator[Given]:
    with lab.launch(SERVER) as web:
        web.wait_until(workers=2)
        yield Given(web, web.pid)


@one_more.right
def by_name() -> Iterator[Given]:
    with lab.launch(SERVER) as web:
        master = web.pid
        web.signal("TTIN")
        web.wait_until(workers=3)
        yield Given(web, master)


@one_more.right
def by_number() -> Iterator[Given]:
    with lab.launch(SERVER) as web:
        master = web.pid
        web.signal(21)
        web.wait_until(workers=3)
        yield Given(web, master)


@one_more.wrong("another one")
def started_anew() -> Iterator[Given]:
    with lab.launch(SERVER) as web:
        master = web.pid
    with lab.launch('gunicorn "labapp:create_app()" --workers 3') as other:
        other.wait_until(workers=3)
        yield Given(other, master)


@one_more.wrong("it exited with status 0")
def stopped() -> Iterator[Given]:
    with lab.launch(SERVER) as web:
        master = web.pid
    yield Given(web, master)


@one_more.wrong("saw `4`")
def twice() -> Iterator[Given]:
    with lab.launch(SERVER) as web:
        master = web.pid
        for workers in (3, 4):
            web.signal("TTIN")
            web.wait_until(workers=workers)
        yield Given(web, master)


@one_more.wrong("saw `1`")
def one_fewer() -> Iterator[Given]:
    with lab.launch(SERVER) as web:
        master = web.pid
        web.wait_until(workers=2)
        web.signal("TTOU")
        web.wait_until(workers=1)
        yield Given(web, master)
