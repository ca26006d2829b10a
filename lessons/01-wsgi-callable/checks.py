"""Checks of lesson 01: both sides of PEP 3333, as a server and an application see each other."""
# ruff: noqa: D102 (an answer's name is its description)

from __future__ import annotations

import re
import sys
import wsgiref.validate
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any, NamedTuple
from wsgiref.util import setup_testing_defaults

from werkzeug.http import parse_options_header

from labapp import lab
from labapp.course.exercise import expect, fail, question, same, shown

Application = Callable[..., Any]
Environ = dict[str, Any]
PLAIN = ("Content-Type", "text/plain; charset=utf-8")


class Reply(NamedTuple):
    """What came of one request."""

    status: str
    headers: dict[str, str]
    body: bytes


def environ_of(path: str = "/", query: str = "") -> Environ:
    """Return a request as a server passes it on: `path` in UTF-8, each byte a character."""
    native = path.encode().decode("latin-1")
    environ = {"SCRIPT_NAME": "", "PATH_INFO": native, "QUERY_STRING": query}
    setup_testing_defaults(environ)
    return environ


def leave(body: Any) -> None:
    """Keep the server's promise."""
    if hasattr(body, "close"):
        body.close()


def iterable(body: Any) -> Iterator[Any]:
    """Return the pieces of what an application returned, as they come."""
    what = "an iterable of pieces, returned by the application"
    expect(not isinstance(body, str | bytes), what, saw=f"bare {type(body).__name__}, {shown(body)}")
    expect(isinstance(body, Iterable), what, body)
    return iter(body)


def ask(application: Application, path: str = "/", query: str = "") -> Reply:
    """Do a server's part, and fail in words of the lesson where the application does not do its own."""
    calls: list[tuple[Any, Any]] = []
    pieces: list[bytes] = []

    def start_response(status: Any, headers: Any, exc_info: Any = None) -> Callable[[bytes], object]:
        calls.append((status, headers))
        return pieces.append

    body = application(environ_of(path, query), start_response)
    try:
        pieces += iterable(body)
    finally:
        leave(body)
    all_bytes(pieces)
    expect(len(calls) == 1, "one call of `start_response`", saw=f"{len(calls)} calls")
    status, headers = calls[0]
    well_formed(status, headers)
    told = {name.title(): value for name, value in headers}
    reply = Reply(status, told, b"".join(pieces))
    length = told.get("Content-Length", str(len(reply.body)))
    what = "a `Content-Length` that counts the bytes of the body"
    expect(length == str(len(reply.body)), what, saw=f"`{length}` for {len(reply.body)} bytes")
    return reply


def all_bytes(pieces: list[Any]) -> None:
    """Fail unless every piece is bytes."""
    for piece in pieces:
        saw = f"{type(piece).__name__}, {shown(piece)}"
        expect(type(piece) is bytes, "every piece of the body as `bytes`", saw=saw)


def well_formed(status: Any, headers: Any) -> None:
    """Fail unless status and headers have the types and the form of PEP 3333."""
    expect(type(status) is str, "a status of type `str`", saw=f"{type(status).__name__}, {shown(status)}")
    expect(re.fullmatch(r"\d{3} \S.*", status), "a status of a number and a phrase", status)
    expect(type(headers) is list, "the headers as a list", saw=f"{type(headers).__name__}, {shown(headers)}")
    for pair in headers:
        expect(type(pair) is tuple and len(pair) == 2, "each header as a pair", pair)
        for part in pair:
            saw = f"{type(part).__name__}, {shown(part)}, in {shown(pair)}"
            expect(type(part) is str, "names and values of headers as `str`", saw=saw)


def referee(application: Application, path: str = "/", query: str = "") -> None:
    """Fail with the sentence of `wsgiref.validate`, where it has one."""
    try:
        judged = wsgiref.validate.validator(application)
        body = judged(environ_of(path, query), lambda *_: lambda _: None)
        try:
            list(body)
        finally:
            body.close()
    except AssertionError as objection:
        trace = objection.__traceback__
        while trace and trace.tb_next:
            trace = trace.tb_next
        # An assertion of the learner's own is not the referee's.
        if trace is None or trace.tb_frame.f_code.co_filename != wsgiref.validate.__file__:
            raise
        sentence = " ".join(str(objection).split()) or "an assertion without a word"
        fail("no objection of `wsgiref.validate`", saw=f"“{sentence[:150]}”")


def plain_text(reply: Reply) -> None:
    """Fail unless the headers say that this is plain text in UTF-8."""
    kind, options = parse_options_header(reply.headers["Content-Type"])
    right = kind == "text/plain" and options.get("charset", "").lower() == "utf-8"
    expect(right, "a `Content-Type` that says plain text in UTF-8", reply.headers["Content-Type"])


@question(1, section="What a request becomes")
def asked(function: Callable[[Environ], tuple[str, str | None]]) -> None:
    """Reads what Gunicorn made of three requests."""
    requests = (
        ("/menu", "7", "/menu"),
        ("/caf%C3%A9/menu?name=J%C3%BCrgen", "by the window", "/café/menu"),
        ("/stra%C3%9Fe", None, "/straße"),
    )
    with lab.launch("gunicorn labapp.web.callables:show_environ") as web:
        environs = [
            web.get(url, headers={"X-Table": table} if table else {}).json() for url, table, _ in requests
        ]
    for (url, table, path), environ in zip(requests, environs, strict=True):
        seen = function(environ)
        expect(
            isinstance(seen, tuple | list) and len(seen) == 2,
            "two things, returned: a path and a table",
            seen,
        )
        what = f"for `{url}`, its path as a person reads it"
        expect(isinstance(seen[0], str), what, saw=f"{type(seen[0]).__name__}, {shown(seen[0])}")
        expect(same(seen[0], path), what, seen[0])
        header = f"with a header `X-Table: {table}`" if table else "without a header `X-Table`"
        expect(same(seen[1], table), f"for a request {header}, {'its value' if table else '`None`'}", seen[1])


# 2. A health check

OK = "200 OK"


@question(2, section="Five lines, no server")
def health(application: Application) -> None:
    """Answers `/health`, and nothing else, in UTF-8."""
    for path in ("/health", "/menu", "/café", "/healthy", "/menu/health"):
        status, text = (OK, "ok") if path == "/health" else ("404 Not Found", f"nothing at {path}")
        reply = ask(application, path)
        expect(reply.status[:3] == status[:3], f"for `{path}`, a status that says so", reply.status)
        what = f"for `{path}`, the text that the question asks for, in UTF-8"
        expect(same(reply.body, text.encode()), what, reply.body)
        for name in ("Content-Type", "Content-Length"):
            expect(name in reply.headers, f"for `{path}`, a header `{name}`", reply.headers)
        plain_text(reply)
        referee(application, path)


# 3. Row by row

ROWS = ("café 2.20", "thé 1.90", "eau 0.00")


class Cursor:
    """Rows of a database, made one by one, that knows whether it was closed."""

    def __init__(self) -> None:
        self.made = 0
        self.open = True

    def __iter__(self) -> Cursor:
        return self

    def __next__(self) -> str:
        if not self.open:
            fail("rows read before the cursor is closed", saw="a read from a closed cursor")
        if self.made == len(ROWS):
            raise StopIteration
        self.made += 1
        return ROWS[self.made - 1]

    def close(self) -> None:
        """Give the connection back."""
        self.open = False


@question(3, section="Why a list, why bytes, and who closes it")
def export(function: Callable[[Callable[[], Cursor]], Application]) -> None:
    """Streams rows, and closes what it opened, whenever the client leaves."""
    opened: list[Cursor] = []

    def open_rows() -> Cursor:
        opened.append(Cursor())
        return opened[-1]

    application = function(open_rows)
    expect(callable(application), "an application, returned", application)
    expect(not opened, "a cursor opened for a request", saw="one opened before any request came")
    visits = (
        (len(ROWS), "once all has been read"),
        (1, "when the client leaves after the first row"),
        (0, "when the client leaves before the first row"),
    )
    for taken, when in visits:
        body = application(environ_of(), lambda *_: None)
        pieces = iterable(body)
        if taken:
            all_bytes([next(pieces, b"")])
            made = opened[-1].made if opened else 0
            expect(made == 1, "the first piece in hand when one row has been made", saw=f"{made} rows made")
        if taken > 1:
            all_bytes(list(pieces))
        leave(body)
        left = sum(cursor.open for cursor in opened)
        expect(not left, f"no cursor open {when}", saw=f"{left} still open")
    for _ in range(2):
        reply = ask(application)
        expect(same(reply.body, lines()), "for each request all rows, a line each", reply.body)
    referee(application)


def lines() -> bytes:
    return "".join(f"{row}\n" for row in ROWS).encode()


# 4. Middleware that reports

PIECES = (b"one, ", b"two, ", b"three")


class Body:
    """A body that knows how far it was read, and how often it was closed."""

    def __init__(self) -> None:
        self.made = self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in PIECES:
            self.made += 1
            yield piece

    def close(self) -> None:
        """Count."""
        self.closed += 1


@question(4, section="Middleware is composition")
def reported(function: Callable[[Application, Callable[[str, int], None]], Application]) -> None:
    """Reports each answer once, and passes on all that passes through it."""
    reports: list[Any] = []

    def wrap(application: Application) -> Application:
        reports.clear()
        return function(application, lambda *report: reports.append(report))

    application = wrap(changes_its_mind)
    expect(callable(application), "an application, returned", application)
    passes_on_the_call(application)
    expect(reports == [("500 Internal Server Error", 5)], "a report of the status that was sent", reports)

    for taken, when in (
        (3, "after the last piece"),
        (1, "after the first piece, where the client left"),
        (0, "where the client left before the first piece"),
    ):
        inner = Body()
        body = wrap(partial(late if taken else early, inner))(environ_of(), lambda *_: None)
        pieces = iterable(body)
        got = list(islice(pieces, min(taken, 1)))
        expect(inner.made == len(got), "the first piece in hand when one was made", saw=f"{inner.made} made")
        got += [*pieces] if taken == 3 else []
        all_bytes(got)
        expect(same(b"".join(got), b"".join(PIECES[:taken])), "the pieces as they were", got)
        leave(body)
        expect(inner.closed == 1, f"the wrapped body closed once, {when}", saw=f"closed {inner.closed} times")
        expect(len(reports) == 1, f"one report, {when}", saw=f"{len(reports)} reports")
        what = f"a report of the status and the bytes sent, {when}"
        expect(same(reports[0], (OK, sum(map(len, PIECES[:taken])))), what, reports[0])

    pushed: list[bytes] = []
    body = wrap(pushes)(environ_of(), lambda *_: pushed.append)
    all_bytes(list(iterable(body)))
    leave(body)
    expect(pushed == [b"pushed, "], "what the application gave to `write`, at the server", pushed)
    what = "a report of the bytes that were sent, those given to `write` among them"
    expect(reports == [(OK, len("pushed, returned"))], what, reports)

    application = wrap(lambda *request: late(Body(), *request))
    first, second = (application(environ_of(), lambda *_: None) for _ in range(2))
    list(islice(iterable(first), 1))
    list(iterable(second))
    leave(second)
    leave(first)
    what = "of two answers that are under way at the same time, a report of each with its own bytes"
    expect(reports == [(OK, sum(map(len, PIECES))), (OK, len(PIECES[0]))], what, reports)


def early(body: Body, environ: Environ, start_response: Any) -> Body:
    start_response(OK, [PLAIN])
    return body


def late(body: Body, environ: Environ, start_response: Any) -> Late:
    return Late(body, start_response)


def pushes(environ: Environ, start_response: Any) -> list[bytes]:
    start_response(OK, [PLAIN])(b"pushed, ")
    return [b"returned"]


def changes_its_mind(environ: Environ, start_response: Any) -> list[bytes]:
    start_response(OK, [PLAIN])
    try:
        raise LookupError("too late")
    except LookupError:
        write = start_response("500 Internal Server Error", [PLAIN], sys.exc_info())
        expect(callable(write), "the function `write` of the server, returned by `start_response`", write)
    return [b"sorry"]


class Late:
    """A body that calls `start_response` when its first piece is asked for, as a generator does."""

    def __init__(self, body: Body, start_response: Any) -> None:
        self.start_response, self.body = start_response, body
        self.close = body.close

    def __iter__(self) -> Iterator[bytes]:
        self.start_response(OK, [PLAIN])
        yield from self.body


def passes_on_the_call(application: Application) -> None:
    """Fail unless both calls of `start_response` reach the server whole."""
    calls: list[tuple[str, Any]] = []

    def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
        calls.append((status, exc_info))
        return bytes

    body = application(environ_of(), start_response)
    got = list(iterable(body))
    leave(body)
    all_bytes(got)
    expect([status[:3] for status, _ in calls] == ["200", "500"], "both calls of `start_response`", calls)
    expect(calls[1][1], "the second call passed on with its `exc_info`", saw="a call without it")
    expect(b"".join(got) == b"sorry", "the body as it was", got)


@question(5, section="The referee")
def mended(application: Application) -> None:
    """Says what the broken one meant to say, and obeys the referee."""
    for query in ("", "table=7"):
        referee(application, query=query)
        reply = ask(application, query=query)
        expect(reply.status[:3] == "200", "a status that tells of success", reply.status)
        wanted = f"today, {query or 'at the bar'}: café, thé, crème brûlée\n".encode()
        where = f"the query `{query}`" if query else "no query"
        expect(same(reply.body, wanted), f"for {where}, the page that the broken one makes", reply.body)
        for name in ("Content-Type", "Content-Length"):
            expect(name in reply.headers, f"a header `{name}`, as the broken one has", reply.headers)
        plain_text(reply)


@question(6, section="An answer that changes its mind")
def strict(function: Callable[..., dict[str, Any]]) -> None:
    """Asks as the lesson's `call` does, and holds applications to their half of the agreement."""
    for name, application, status, body in APPLICATIONS:
        try:
            seen = function(application, PATH_INFO="/lab")
        except NoSuchDishError:
            fail(f"from {name}, an answer", saw="its exception, raised again though no byte was sent")
        expect(isinstance(seen, dict), f"from {name}, a dictionary as `call` returns it", seen)
        missing = {"status", "headers", "body"} - seen.keys()
        expect(not missing, f"from {name}, a status, headers and a body", seen)
        expect(same(seen["status"], status), f"from {name}, the status that a client sees", seen["status"])
        expect(same(seen["body"], body), f"from {name}, the body that a client gets", seen["body"])
        expect(
            same(seen["headers"], dict([PLAIN])), f"from {name}, the headers by their names", seen["headers"]
        )
    for name, application, kind in LIARS:
        own = kind is ZeroDivisionError
        what = f"from {name}, {'its own exception, raised again' if own else 'an exception'}"
        closed.clear()
        try:
            seen = function(application)
        except Exception as error:
            expect(isinstance(error, kind), what, saw=f"{type(error).__name__}, {error}")
        else:
            fail(what, saw=f"the answer {shown(seen)}")
        expect(closed, f"the body of {name} closed, though it failed", saw="a body left open")


closed: list[object] = []


class NoSuchDishError(Exception):
    """What an application meets that changes its mind."""


def plain(environ: Environ, start_response: Any) -> list[bytes]:
    start_response(OK, [PLAIN])
    return [b"asked for ", environ["PATH_INFO"].encode()]


def late_start(environ: Environ, start_response: Any) -> Iterator[bytes]:
    start_response(OK, [PLAIN])
    yield b"made on demand"


def other_mind(environ: Environ, start_response: Any) -> list[bytes]:
    start_response(OK, [PLAIN])
    raise_and_restart(start_response)
    return [b"sorry"]


def raise_and_restart(start_response: Any) -> None:
    try:
        raise NoSuchDishError
    except NoSuchDishError:
        start_response("500 Internal Server Error", [PLAIN], sys.exc_info())


def empty_piece(environ: Environ, start_response: Any) -> Iterator[bytes]:
    start_response(OK, [PLAIN])
    yield b""
    raise_and_restart(start_response)
    yield b"sorry"


def writer(environ: Environ, start_response: Any) -> list[bytes]:
    write = start_response(OK, [PLAIN])
    expect(callable(write), "from `start_response` the function `write`", write)
    write(b"pushed, ")
    return [b"then returned"]


class Failing:
    """A body that sends something, calls `start_response` again, and has no end of its own."""

    def __init__(self, sent: Iterator[bytes], again: Callable[[], object]) -> None:
        self.sent, self.again = sent, again

    def __iter__(self) -> Iterator[bytes]:
        yield from self.sent
        self.again()
        yield b"never to be sent"

    def close(self) -> None:
        closed.append(self)


def failing(pieces: tuple[bytes, ...], pushed: bytes, again: Callable[[Any], object]) -> Application:
    """Return an application that returns a failing body."""

    def application(environ: Environ, start_response: Any) -> Failing:
        write = start_response(OK, [PLAIN])
        if pushed:
            write(pushed)
        return Failing(iter(pieces), lambda: again(start_response))

    return application


def start_again(start_response: Any) -> None:
    start_response(SORRY, [PLAIN])


def divide(start_response: Any) -> None:
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError:
        start_response("500 Internal Server Error", [PLAIN], sys.exc_info())


SORRY = "500 Internal Server Error"
APPLICATIONS = (
    ("a list of two pieces", plain, OK, b"asked for /lab"),
    ("a generator", late_start, OK, b"made on demand"),
    ("one that changes its mind in time", other_mind, SORRY, b"sorry"),
    ("one that changes its mind after an empty piece", empty_piece, SORRY, b"sorry"),
    ("one that calls `write`", writer, OK, b"pushed, then returned"),
)
LIARS: tuple[tuple[str, Application, type[Exception]], ...] = (
    ("one that starts twice without `exc_info`", failing((), b"", start_again), Exception),
    ("one that fails after a piece", failing((b"half, ",), b"", divide), ZeroDivisionError),
    ("one that fails after a `write`", failing((), b"half, ", divide), ZeroDivisionError),
)
