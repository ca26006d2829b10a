"""Checks of lesson 01: both sides of PEP 3333, as a server and an application see each other."""
# ruff: noqa: D102 (an answer's name is its description)

from __future__ import annotations

import re
import sys
import wsgiref.validate
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import partial
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import quote, unquote
from wsgiref.util import setup_testing_defaults

from werkzeug.wsgi import ClosingIterator

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


# 1. What was asked


@question(
    1,
    section="What a request becomes",
    hints=(
        "A path arrives as bytes in disguise: each character of `PATH_INFO` stands for one byte.",
        "Headers are under `HTTP_` and their name in capitals, with `_` for `-`; `.get` copes with absence.",
        'The first half is `environ["PATH_INFO"].encode("latin-1").decode("utf-8")`.',
    ),
)
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


@asked.right
def there_and_back() -> Any:
    def read(environ: Environ) -> Any:
        return environ["PATH_INFO"].encode("latin-1").decode("utf-8"), environ.get("HTTP_X_TABLE")

    return read


@asked.right
def by_way_of_the_url() -> Any:
    def read(environ: Environ) -> Any:
        table = environ["HTTP_X_TABLE"] if "HTTP_X_TABLE" in environ else None  # noqa: SIM401
        return unquote(quote(environ["PATH_INFO"], encoding="latin-1")), table

    return read


@asked.wrong("saw `'/cafÃ©/menu'`")
def as_it_stands() -> Any:
    return lambda environ: (environ["PATH_INFO"], environ.get("HTTP_X_TABLE"))


@asked.wrong("saw `'/caf/menu'`")
def letters_thrown_away() -> Any:
    def read(environ: Environ) -> Any:
        return environ["PATH_INFO"].encode("ascii", "ignore").decode(), environ.get("HTTP_X_TABLE")

    return read


@asked.wrong("saw bytes")
def half_the_way() -> Any:
    return lambda environ: (environ["PATH_INFO"].encode("latin-1"), environ.get("HTTP_X_TABLE"))


@asked.wrong("its value, saw `None`")
def the_header_by_its_own_name() -> Any:
    def read(environ: Environ) -> Any:
        return environ["PATH_INFO"].encode("latin-1").decode(), environ.get("X-Table")

    return read


@asked.wrong("KeyError: 'HTTP_X_TABLE'")
def a_header_taken_for_granted() -> Any:
    def read(environ: Environ) -> Any:
        return environ["PATH_INFO"].encode("latin-1").decode(), environ["HTTP_X_TABLE"]

    return read


@asked.wrong("for `/menu`, its path")
def the_lessons_request() -> Any:
    return lambda _: ("/café/menu", "by the window")


@asked.wrong("a path and a table, saw `'/menu'`")
def one_of_two() -> Any:
    return lambda environ: environ["PATH_INFO"].encode("latin-1").decode()


# 2. A health check

OK = "200 OK"
NOT_FOUND = "404 Not Found"


@question(
    2,
    section="Five lines, no server",
    hints=(
        "Make the body first, as bytes: its length belongs into the headers.",
        "`start_response` takes a `str` such as `404 Not Found`, and a list of pairs of `str`.",
        'The body of a 404: `f"nothing at {path}".encode()`, where `path` is read as in question 1.',
    ),
)
def health(application: Application) -> None:
    """Answers `/health`, and nothing else, in UTF-8."""
    cases = (("/health", OK, "ok"), ("/menu", NOT_FOUND, "nothing at /menu"), ("/café", NOT_FOUND, ""))
    for path, status, text in cases:
        reply = ask(application, path)
        expect(reply.status[:3] == status[:3], f"for `{path}`, a status that says so", reply.status)
        wanted = (text or "nothing at /café").encode()
        what = f"for `{path}`, the text that the question asks for, in UTF-8"
        expect(same(reply.body, wanted), what, reply.body)
        for name in ("Content-Type", "Content-Length"):
            expect(name in reply.headers, f"for `{path}`, a header `{name}`", reply.headers)
        referee(application, path)


def health_text(environ: Environ) -> tuple[str, str]:
    path = environ["PATH_INFO"].encode("latin-1").decode()
    return (OK, "ok") if path == "/health" else (NOT_FOUND, f"nothing at {path}")


def responding(
    said: Callable[[Environ], tuple[str, str]],
    *,
    status: Callable[[str], Any] = str,
    headers: Callable[[str], Any] = lambda text: [PLAIN, ("Content-Length", str(len(text.encode())))],
    body: Callable[[str], Any] = lambda text: [text.encode()],
) -> Application:
    """Return an application that answers rightly, but for what is passed."""

    def application(environ: Environ, start_response: Any) -> Any:
        code, text = said(environ)
        start_response(status(code), headers(text))
        return body(text)

    return application


def length_of(count: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return the headers of a text whose length is counted in this way."""
    return lambda text: [PLAIN, ("Content-Length", count(text))]


@health.right
def a_function() -> Application:
    return responding(health_text)


@health.right
def a_generator() -> Application:
    def application(environ: Environ, start_response: Any) -> Iterator[bytes]:
        status, text = health_text(environ)
        start_response(status, [("content-length", f"{len(text.encode())}"), PLAIN])
        for letter in text:
            yield letter.encode()

    return application


@health.right
def a_class() -> Application:
    class Application:
        def __init__(self, environ: Environ, start_response: Any) -> None:
            status, text = health_text(environ)
            self.body = text.encode()
            start_response(status, [PLAIN, ("Content-Length", str(len(self.body)))])

        def __iter__(self) -> Iterator[bytes]:
            return iter((self.body,))

    return Application


@health.right
def an_instance() -> Application:
    class Application:
        def __call__(self, environ: Environ, start_response: Any) -> tuple[bytes, ...]:
            status, text = health_text(environ)
            start_response(status, [PLAIN, ("Content-Length", str(len(text.encode())))])
            return (text.encode(),)

    return Application()


@health.wrong("saw str, `'ok'`")
def text_for_bytes() -> Application:
    return responding(health_text, body=lambda text: [text])


@health.wrong("bare bytes")
def no_brackets() -> Application:
    return responding(health_text, body=str.encode)


@health.wrong("`16` for 17 bytes")
def characters_counted() -> Application:
    return responding(health_text, headers=length_of(lambda text: str(len(text))))


@health.wrong("saw int, `2`, in")
def a_number_for_a_length() -> Application:
    return responding(health_text, headers=length_of(len))


@health.wrong("saw bytes, `b'Content-Type'`")
def headers_as_bytes() -> Application:
    return responding(health_text, headers=lambda _: [(b"Content-Type", b"text/plain")])


@health.wrong("a number and a phrase, saw `'200'`")
def no_phrase() -> Application:
    return responding(health_text, status=lambda status: status[:3])


@health.wrong("saw 0 calls")
def never_started() -> Application:
    return lambda environ, start_response: [health_text(environ)[1].encode()]


@health.wrong("other arguments than it takes")
def without_start_response() -> Application:
    def application(environ: Environ) -> list[bytes]:
        return [health_text(environ)[1].encode()]

    return application


@health.wrong("for `/menu`, a status that says so")
def always_well() -> Application:
    return responding(health_text, status=lambda _: OK)


@health.wrong("caf\\xc3\\x83\\xc2\\xa9")
def path_as_it_stands() -> Application:
    def said(environ: Environ) -> tuple[str, str]:
        path = environ["PATH_INFO"]
        return (OK, "ok") if path == "/health" else (NOT_FOUND, f"nothing at {path}")

    return responding(said)


@health.wrong("a header `Content-Type`")
def no_type() -> Application:
    return responding(health_text, headers=lambda text: [("Content-Length", str(len(text.encode())))])


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


@question(
    3,
    section="Why a list, why bytes, and who closes it",
    hints=(
        "A generator makes one piece, and waits until the server asks for the next.",
        "A server closes a generator that nobody asks for more: its `finally` runs, if it has begun.",
        "In one generator: `rows = open_rows()`, then `try:` a loop that yields, `finally: rows.close()`.",
    ),
)
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


@export.right
def one_generator() -> Any:
    def make(open_rows: Callable[[], Cursor]) -> Application:
        def application(environ: Environ, start_response: Any) -> Iterator[bytes]:
            start_response(OK, [PLAIN])
            with closing(open_rows()) as rows:
                for row in rows:
                    yield f"{row}\n".encode()

        return application

    return make


@export.right
def generator_apart() -> Any:
    def make(open_rows: Callable[[], Cursor]) -> Application:
        def read() -> Iterator[bytes]:
            rows = open_rows()
            try:
                yield from (row.encode() + b"\n" for row in rows)
            finally:
                rows.close()

        def application(environ: Environ, start_response: Any) -> Iterator[bytes]:
            start_response(OK, [PLAIN])
            return read()

        return application

    return make


@export.right
def body_with_close() -> Any:
    def make(open_rows: Callable[[], Cursor]) -> Application:
        class Export:
            def __init__(self, environ: Environ, start_response: Any) -> None:
                self.rows = open_rows()
                self.close = self.rows.close
                start_response(OK, [PLAIN])

            def __iter__(self) -> Iterator[bytes]:
                return (f"{row}\n".encode() for row in self.rows)

        return Export

    return make


def export_by(answer: Callable[[Callable[[], Cursor]], Any]) -> Any:
    """Return the answer that differs from a right one in the body."""

    def make(open_rows: Callable[[], Cursor]) -> Application:
        def application(environ: Environ, start_response: Any) -> Any:
            start_response(OK, [PLAIN])
            return answer(open_rows)

        return application

    return make


@export.wrong("saw 3 rows made")
def all_at_once() -> Any:
    def answer(open_rows: Callable[[], Cursor]) -> Any:
        with closing(open_rows()) as rows:
            return [f"{row}\n".encode() for row in rows]

    return export_by(answer)


@export.wrong("saw str")
def rows_as_they_are() -> Any:
    def answer(open_rows: Callable[[], Cursor]) -> Any:
        with closing(open_rows()) as rows:
            yield from rows

    return export_by(answer)


@export.wrong("no cursor open once all")
def never_closed() -> Any:
    return export_by(lambda open_rows: (f"{row}\n".encode() for row in open_rows()))


@export.wrong("no cursor open when the client leaves after")
def closed_at_the_end_only() -> Any:
    def answer(open_rows: Callable[[], Cursor]) -> Any:
        rows = open_rows()
        for row in rows:
            yield f"{row}\n".encode()
        rows.close()

    return export_by(answer)


@export.wrong("no cursor open when the client leaves before")
def opened_outside_the_generator() -> Any:
    def read(rows: Cursor) -> Iterator[bytes]:
        try:
            for row in rows:
                yield f"{row}\n".encode()
        finally:
            rows.close()

    return export_by(lambda open_rows: read(open_rows()))


@export.wrong("a read from a closed cursor")
def closed_before_it_is_read() -> Any:
    def answer(open_rows: Callable[[], Cursor]) -> Any:
        with closing(open_rows()) as rows:
            return map(str.encode, rows)

    return export_by(answer)


@export.wrong("before any request")
def one_cursor_for_all() -> Any:
    def make(open_rows: Callable[[], Cursor]) -> Application:
        rows = open_rows()
        return lambda environ, start_response: [f"{row}\n".encode() for row in rows]

    return make


@export.wrong("other arguments than it takes")
def the_application_itself() -> Application:
    def application(environ: Environ, start_response: Any) -> Iterator[bytes]:
        start_response(OK, [PLAIN])
        yield b"".join(row.encode() for row in environ["open_rows"]())

    return application


@export.wrong("a line each, saw")
def no_line_ends() -> Any:
    def answer(open_rows: Callable[[], Cursor]) -> Any:
        with closing(open_rows()) as rows:
            for row in rows:
                yield row.encode()

    return export_by(answer)


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


@question(
    4,
    section="Middleware is composition",
    hints=(
        "Two things are to be wrapped: `start_response`, to see the status, and the body, to see its pieces.",
        "Your `start` takes three arguments, passes all of them on, and returns what it is given back.",
        "A body of your own: `__iter__` counts and yields; `close` closes the wrapped one, then reports.",
    ),
)
def reported(function: Callable[[Application, Callable[[str, int], None]], Application]) -> None:
    """Reports each answer once, and passes on all that passes through it."""
    reports: list[Any] = []
    application = function(changes_its_mind, lambda *report: reports.append(report))
    expect(callable(application), "an application, returned", application)
    passes_on_the_call(application)
    expect(reports == [("500 Internal Server Error", 5)], "a report of the status that was sent", reports)

    for taken in (3, 1):
        reports.clear()
        inner = Body()
        late = partial(lambda body, _, start: Late(body, start), inner)
        wrapped = function(late, lambda *report: reports.append(report))
        body = wrapped(environ_of(), lambda *_: None)
        pieces = iterable(body)
        got = list(islice(pieces, 1))
        expect(inner.made == 1, "the first piece in hand when one was made", saw=f"{inner.made} made")
        got += [*pieces] if taken == 3 else []
        all_bytes(got)
        expect(same(b"".join(got), b"".join(PIECES[:taken])), "the pieces as they were", got)
        leave(body)
        when = "after the last piece" if taken == 3 else "after the first piece, where the client left"
        expect(inner.closed == 1, f"the wrapped body closed once, {when}", saw=f"closed {inner.closed} times")
        expect(len(reports) == 1, f"one report, {when}", saw=f"{len(reports)} reports")
        size = sum(map(len, PIECES[:taken]))
        expect(same(reports[0], (OK, size)), f"a report of the status and the bytes sent, {when}", reports[0])


def changes_its_mind(environ: Environ, start_response: Any) -> list[bytes]:
    start_response(OK, [PLAIN])
    try:
        raise LookupError("too late")
    except LookupError:
        write = start_response("500 Internal Server Error", [PLAIN], sys.exc_info())
        what = "the function `write` of the server, returned by `start_response`"
        expect(write is server_write, what, write)
    return [b"sorry"]


class Late:
    """A body that calls `start_response` when its first piece is asked for, as a generator does."""

    def __init__(self, body: Body, start_response: Any) -> None:
        self.start_response, self.body = start_response, body
        self.close = body.close

    def __iter__(self) -> Iterator[bytes]:
        self.start_response(OK, [PLAIN])
        yield from self.body


def server_write(_: bytes) -> None:
    """Be the server's `write`."""


def passes_on_the_call(application: Application) -> None:
    """Fail unless both calls of `start_response` reach the server whole."""
    calls: list[tuple[str, Any]] = []

    def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
        calls.append((status, exc_info))
        return server_write

    body = application(environ_of(), start_response)
    got = list(iterable(body))
    leave(body)
    all_bytes(got)
    expect([status[:3] for status, _ in calls] == ["200", "500"], "both calls of `start_response`", calls)
    expect(calls[1][1], "the second call passed on with its `exc_info`", saw="a call without it")
    expect(b"".join(got) == b"sorry", "the body as it was", got)


class Reporting:
    """A body as a right answer wraps it."""

    def __init__(self, body: Any, done: Callable[[int], None]) -> None:
        self.body, self.done, self.size = body, done, 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.body:
            self.size += len(piece)
            yield piece

    def close(self) -> None:
        leave(self.body)
        self.done(self.size)


def reported_by(wrap: Callable[..., Any] = Reporting, note: Callable[..., Any] | None = None) -> Any:
    """Return the answer that differs from a right one in its body, or in its `start_response`."""

    def make(application: Application, report: Callable[[str, int], None]) -> Application:
        def wrapped(environ: Environ, start_response: Any) -> Any:
            seen = [""]

            def start(status: str, headers: Any, exc_info: Any = None) -> Any:
                seen.append(status)
                return start_response(status, headers, exc_info)

            chosen = note(start_response, seen) if note else start
            return wrap(application(environ, chosen), lambda size: report(seen[-1], size))

        return wrapped

    return make


@reported.right
def a_body_of_its_own() -> Any:
    return reported_by()


@reported.right
def with_finally() -> Any:
    def counted(body: Any, done: Any) -> Iterator[bytes]:
        size = 0
        try:
            for piece in body:
                size += len(piece)
                yield piece
        finally:
            leave(body)
            done(size)

    return reported_by(counted)


@reported.right
def with_werkzeug() -> Any:
    def counted(body: Any, done: Any) -> Any:
        sizes = []
        pieces = (sizes.append(len(piece)) or piece for piece in body)
        return ClosingIterator(pieces, [lambda: leave(body), lambda: done(sum(sizes))])

    return reported_by(counted)


@reported.wrong("one was made, saw 3 made")
def joined() -> Any:
    def counted(body: Any, done: Any) -> list[bytes]:
        whole = b"".join(body)
        leave(body)
        done(len(whole))
        return [whole]

    return reported_by(counted)


@reported.wrong("closed 0 times")
def close_forgotten() -> Any:
    class Careless(Reporting):
        def close(self) -> None:
            self.done(self.size)

    return reported_by(Careless)


@reported.wrong("one report, after the first piece")
def reports_at_the_end_only() -> Any:
    class Late(Reporting):
        def __iter__(self) -> Iterator[bytes]:
            yield from super().__iter__()
            self.done(self.size)

        def close(self) -> None:
            leave(self.body)

    return reported_by(Late)


@reported.wrong("2 reports")
def reports_twice() -> Any:
    class Twice(Reporting):
        def __iter__(self) -> Iterator[bytes]:
            yield from super().__iter__()
            if self.size > 5:
                self.done(self.size)

    return reported_by(Twice)


@reported.wrong("positional arguments but 3 were given")
def two_arguments() -> Any:
    def make(application: Application, report: Callable[[str, int], None]) -> Application:
        def wrapped(environ: Environ, start_response: Any) -> Any:
            def start(status: str, headers: Any) -> Any:
                return start_response(status, headers)

            return Reporting(application(environ, start), lambda size: report(OK, size))

        return wrapped

    return make


@reported.wrong("a call without it")
def exc_info_dropped() -> Any:
    def note(start_response: Any, seen: list[str]) -> Any:
        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            seen.append(status)
            return start_response(status, headers)

        return start

    return reported_by(note=note)


@reported.wrong("the function `write`")
def write_dropped() -> Any:
    def note(start_response: Any, seen: list[str]) -> Any:
        def start(status: str, headers: Any, exc_info: Any = None) -> None:
            seen.append(status)
            start_response(status, headers, exc_info)

        return start

    return reported_by(note=note)


@reported.wrong("the status that was sent")
def the_first_status() -> Any:
    def note(start_response: Any, seen: list[str]) -> Any:
        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            if seen == [""]:
                seen.append(status)
            return start_response(status, headers, exc_info)

        return start

    return reported_by(note=note)


@reported.wrong("`('200 OK', 3)`")
def pieces_counted() -> Any:
    class Pieces(Reporting):
        def __iter__(self) -> Iterator[bytes]:
            for piece in self.body:
                self.size += 5 if piece == b"sorry" else 1
                yield piece

    return reported_by(Pieces)


# 5. The referee's menu


@question(
    5,
    section="The referee",
    hints=(
        "Ask the referee, mend what its sentence names, and ask again, until it is silent.",
        "Then hold the announced length against the bytes: of that the referee says nothing.",
        "`200 OK`, a list of pairs of `str`, the length of `page.encode()`, and brackets around that.",
    ),
)
def mended(application: Application) -> None:
    """Says what the broken one meant to say, and obeys the referee."""
    for query in ("", "table=7"):
        referee(application, query=query)
        reply = ask(application, query=query)
        expect(reply.status[:3] == "200", "a status that tells of success", reply.status)
        wanted = menu_text({"QUERY_STRING": query})[1].encode()
        where = f"the query `{query}`" if query else "no query"
        expect(same(reply.body, wanted), f"for {where}, the page that the broken one makes", reply.body)
        for name in ("Content-Type", "Content-Length"):
            expect(name in reply.headers, f"a header `{name}`, as the broken one has", reply.headers)


def menu_text(environ: Environ) -> tuple[str, str]:
    return OK, f"today, {environ['QUERY_STRING'] or 'at the bar'}: café, thé, crème brûlée\n"


@mended.right
def a_list() -> Application:
    return responding(menu_text)


@mended.right
def yielded() -> Application:
    def application(environ: Environ, start_response: Any) -> Iterator[bytes]:
        page = menu_text(environ)[1].encode()
        headers = {"content-type": "text/plain;charset=UTF-8", "content-length": f"{len(page)}"}
        start_response("200 Fine", list(headers.items()))
        yield from (page[:5], page[5:])

    return application


@mended.wrong("“Status must be of type str")
def status_as_it_was() -> Application:
    return responding(menu_text, status=lambda _: 200)


@mended.wrong("must be of type list")
def headers_as_they_were() -> Application:
    return responding(menu_text, headers=lambda text: {"Content-Length": str(len(text.encode()))})


@mended.wrong("“Header value must be of type str")
def length_as_it_was() -> Application:
    return responding(menu_text, headers=length_of(lambda text: len(text.encode())))


@mended.wrong("“You should not return a string")
def body_as_it_was() -> Application:
    return responding(menu_text, body=str.encode)


@mended.wrong("bytes of the body, saw")
def all_that_the_referee_sees() -> Application:
    return responding(menu_text, headers=length_of(lambda text: str(len(text))))


@mended.wrong("as the broken one has")
def silenced() -> Application:
    return responding(menu_text, headers=lambda _: [PLAIN])


@mended.wrong("the page that the broken one makes, saw")
def without_accents() -> Application:
    return responding(
        menu_text,
        headers=length_of(lambda text: str(len(text))),
        body=lambda text: [text.encode("ascii", "replace")],
    )


@mended.wrong("for the query `table=7`")
def the_same_for_all() -> Application:
    return responding(lambda _: menu_text({"QUERY_STRING": ""}))


# 6. A stricter server


@question(
    6,
    section="An answer that changes its mind",
    hints=(
        "Keep two facts: what was noted last, and whether a byte has been sent.",
        "In `start_response`: noted before, and no `exc_info`? Raise. A byte sent? Raise `exc_info[1]`.",
        "Take the pieces in a loop, append each to what was sent; the `write` you return appends, too.",
    ),
)
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


class Server:
    """A server's part, as a right answer does it; wrong ones have other habits."""

    def __init__(self) -> None:
        self.answer: dict[str, Any] = {}
        self.sent: list[bytes] = []

    def write(self, piece: bytes) -> None:
        self.sent.append(piece)

    def begun(self) -> bool:
        return any(self.sent)

    def too_late(self, exc_info: Any) -> None:
        raise exc_info[1]

    def start_response(self, status: str, headers: Any, exc_info: Any = None) -> Any:
        if exc_info and self.begun():
            self.too_late(exc_info)
        elif self.answer and not exc_info:
            raise AssertionError("start_response was called twice")
        self.answer.update(status=status, headers=dict(headers))
        return self.write

    def take(self, body: Iterable[bytes]) -> None:
        for piece in body:
            self.sent.append(piece)

    def close(self, body: Any) -> None:
        leave(body)

    def __call__(self, application: Application, **request: Any) -> dict[str, Any]:
        body = application(environ_of() | request, self.start_response)
        try:
            self.take(body)
        finally:
            self.close(body)
        return self.answer | {"body": b"".join(self.sent)}


def asked_by(kind: Callable[[], Server]) -> Any:
    """Return an answer that makes a server's part for each request."""

    def call(application: Application, **request: Any) -> dict[str, Any]:
        return kind()(application, **request)

    return call


@strict.right
def in_a_class() -> Any:
    return asked_by(Server)


@strict.right
def in_a_function() -> Any:
    def call(application: Application, **request: Any) -> dict[str, Any]:
        noted: list[Any] = []
        sent = bytearray()

        def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
            if noted and exc_info is None:
                raise RuntimeError("once only")
            if sent:
                raise exc_info[1].with_traceback(exc_info[2])
            noted[:] = [status, dict(headers)]
            return sent.extend

        body = application(environ_of() | request, start_response)
        try:
            for piece in body:
                sent.extend(piece)
        finally:
            getattr(body, "close", lambda: None)()
        status, headers = noted
        return {"status": status, "headers": headers, "body": bytes(sent)}

    return call


@strict.wrong("from `start_response` the function `write`")
def as_in_the_lesson() -> Any:
    class Lenient(Server):
        def start_response(self, status: str, headers: Any, exc_info: Any = None) -> None:
            self.answer.update(status=status, headers=dict(headers))

    return asked_by(Lenient)


@strict.wrong("from one that starts twice")
def permits_all() -> Any:
    class Permissive(Server):
        def start_response(self, status: str, headers: Any, exc_info: Any = None) -> Any:
            if exc_info and self.begun():
                raise exc_info[1]
            self.answer.update(status=status, headers=dict(headers))
            return self.write

    return asked_by(Permissive)


@strict.wrong("from one that fails after a piece, its own exception, raised again, saw the answer")
def never_too_late() -> Any:
    class Patient(Server):
        def too_late(self, exc_info: Any) -> None:
            """Change the status of what has gone."""

    return asked_by(Patient)


@strict.wrong("saw `b'asked for /'`")
def the_request_is_forgotten() -> Any:
    return lambda application, **_: Server()(application)


@strict.wrong("saw AssertionError, too late")
def an_exception_of_its_own() -> Any:
    class Selfish(Server):
        def too_late(self, exc_info: Any) -> None:
            raise AssertionError("too late")

    return asked_by(Selfish)


@strict.wrong("changes its mind after an empty piece")
def every_piece_counts() -> Any:
    class Hasty(Server):
        def begun(self) -> bool:
            return bool(self.sent)

    return asked_by(Hasty)


@strict.wrong("from one that fails after a `write`")
def write_is_forgotten() -> Any:
    class Forgetful(Server):
        def __init__(self) -> None:
            super().__init__()
            self.took = False

        def begun(self) -> bool:
            return self.took

        def take(self, body: Iterable[bytes]) -> None:
            for piece in body:
                self.took = self.took or bool(piece)
                self.sent.append(piece)

    return asked_by(Forgetful)


@strict.wrong("saw `b'then returnedpushed, '`")
def write_comes_last() -> Any:
    class Reversed(Server):
        def take(self, body: Iterable[bytes]) -> None:
            self.sent[:0] = list(body)

    return asked_by(Reversed)


@strict.wrong("in time, the status that a client sees, saw `'200 OK'`")
def the_first_word_counts() -> Any:
    class Stubborn(Server):
        def start_response(self, status: str, headers: Any, exc_info: Any = None) -> Any:
            if exc_info and self.begun():
                raise exc_info[1]
            self.answer = self.answer or {"status": status, "headers": dict(headers)}
            return self.write

    return asked_by(Stubborn)


@strict.wrong("though it failed")
def closes_only_after_success() -> Any:
    class Careless(Server):
        def __call__(self, application: Application, **request: Any) -> dict[str, Any]:
            body = application(environ_of() | request, self.start_response)
            self.take(body)
            leave(body)
            return self.answer | {"body": b"".join(self.sent)}

    return asked_by(Careless)
