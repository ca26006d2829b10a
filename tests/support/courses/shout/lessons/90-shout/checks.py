"""Checks of a small lesson: one question to write, one to read, one to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.util import setup_testing_defaults

from labapp import lab
from labapp.course.exercise import expect, fail, question, same, shown, unattempted

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


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


@question(
    2,
    section="Who is there",
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


@question(
    3,
    section="Who is there",
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
