"""Answers to the exercises on PEP 3333."""

from contextlib import closing
from urllib.parse import quote, unquote
from wsgiref.util import setup_testing_defaults

from checks import PLAIN, leave
from werkzeug.wsgi import ClosingIterator

from labapp.course.exercise import Answers

asked = Answers(1)
AS_TEXT = '.encode("latin-1").decode("utf-8")'
TABLE = 'environ.get("HTTP_X_TABLE")'


@asked.right
def by_way_of_the_url(environ):
    table = environ["HTTP_X_TABLE"] if "HTTP_X_TABLE" in environ else None  # noqa: SIM401
    return unquote(quote(environ["PATH_INFO"], encoding="latin-1")), table


asked.wrong("saw `'/cafÃ©/menu'`", (AS_TEXT, ""))
asked.wrong("saw `'/caf/menu'`", (AS_TEXT, '.encode("ascii", "ignore").decode()'))
asked.wrong("saw bytes", ('.decode("utf-8")', ""))
asked.wrong("its value, saw `None`", ("HTTP_X_TABLE", "X-Table"))
asked.wrong("KeyError: 'HTTP_X_TABLE'", (TABLE, 'environ["HTTP_X_TABLE"]'))
asked.wrong("for `/menu`, its path", 'return "/café/menu", "by the window"')
asked.wrong("a path and a table, saw `'/menu'`", (f", {TABLE}", ""))

health = Answers(2)


def said(environ):
    path = environ["PATH_INFO"].encode("latin-1").decode()
    return ("200 OK", "ok") if path == "/health" else ("404 Not Found", f"nothing at {path}")


@health.right
def a_generator(environ, start_response):
    status, text = said(environ)
    start_response(status, [("content-length", f"{len(text.encode())}"), PLAIN])
    for letter in text:
        yield letter.encode()


@health.right
class AClass:
    def __init__(self, environ, start_response):
        status, text = said(environ)
        self.body = text.encode()
        start_response(status, [PLAIN, ("Content-Length", str(len(self.body)))])

    def __iter__(self):
        return iter((self.body,))


class Instance:
    def __call__(self, environ, start_response):
        status, text = said(environ)
        start_response(status, [PLAIN, ("Content-Length", str(len(text.encode())))])
        return (text.encode(),)


health.right(Instance())

health.wrong("saw str, `'ok'`", ("[body]", "[text]"))
health.wrong("bare bytes", ("[body]", "body"))
health.wrong("`16` for 17 bytes", ("len(body)", "len(text)"))
health.wrong("saw int, `2`, in", ("str(len(body))", "len(body)"))
health.wrong("saw bytes, `b'Content-Type'`", ('"Content-Type"', 'b"Content-Type"'))
health.wrong("a number and a phrase, saw `'200'`", ("200 OK", "200"))
health.wrong("saw 0 calls", ("    start_response(status, headers)\n", ""))
health.wrong(
    "other arguments than it takes",
    ("environ, start_response", "environ"),
    ("    start_response(status, headers)\n", ""),
)
health.wrong("for `/menu`, a status that says so", ("404 Not Found", "200 OK"))
health.wrong("caf\\xc3\\x83\\xc2\\xa9", (AS_TEXT, ""))
health.wrong("a header `Content-Type`", ('        ("Content-Type", "text/plain; charset=utf-8"),\n', ""))
health.wrong("for `/healthy`, a status that says so", ('path == "/health"', 'path.startswith("/health")'))
health.wrong("for `/menu/health`, a status that says so", ('path == "/health"', 'path.endswith("/health")'))
health.wrong("plain text in UTF-8, saw `'image/png'`", ("text/plain; charset=utf-8", "image/png"))
health.wrong("plain text in UTF-8, saw `'text/plain'`", ("; charset=utf-8", ""))

export = Answers(3)


@export.right
def one_generator(open_rows):
    def application(environ, start_response):
        start_response("200 OK", [PLAIN])
        with closing(open_rows()) as rows:
            for row in rows:
                yield f"{row}\n".encode()

    return application


@export.right
def body_with_close(open_rows):
    class Export:
        def __init__(self, environ, start_response):
            self.rows = open_rows()
            self.close = self.rows.close
            start_response("200 OK", [PLAIN])

        def __iter__(self):
            return (f"{row}\n".encode() for row in self.rows)

    return Export


READ = """\
    def read():
        rows = open_rows()
"""

export.wrong("saw 3 rows made", ("return read()", "return [*read()]"))
export.wrong("saw str", (r'f"{row}\n".encode()', "row"))
export.wrong("no cursor open once all", ("rows.close()", "pass"))
export.wrong(
    "no cursor open when the client leaves after",
    ("finally:", "except OSError:\n            raise\n        else:"),
)
export.wrong(
    "no cursor open when the client leaves before",
    (READ, "    def read(rows):\n"),
    ("return read()", "return read(open_rows())"),
)
export.wrong(
    "a read from a closed cursor",
    ("return read()", "rows = open_rows()\n        rows.close()\n        return map(str.encode, rows)"),
)
export.wrong("before any request", (READ, "    rows = open_rows()\n\n    def read():\n"))
export.wrong("other arguments than it takes", ("export(open_rows)", "export(environ, start_response)"))
export.wrong("a line each, saw", (r'f"{row}\n"', "row"))

reported = Answers(4)


def counting(start_response, sent):
    def start(status, headers, exc_info=None):
        write = start_response(status, headers, exc_info)
        sent["status"] = status

        def counted(piece):
            sent["size"] += len(piece)
            return write(piece)

        return counted

    return start


@reported.right
def with_finally(application, report):
    def wrapped(environ, start_response):
        sent = {"status": "", "size": 0}
        body = application(environ, counting(start_response, sent))

        def pieces():
            try:
                yield
                for piece in body:
                    sent["size"] += len(piece)
                    yield piece
            finally:
                leave(body)
                report(sent["status"], sent["size"])

        begun = pieces()
        next(begun)
        return begun

    return wrapped


@reported.right
def with_werkzeug(application, report):
    def wrapped(environ, start_response):
        sent = {"status": "", "size": 0}
        body = application(environ, counting(start_response, sent))

        def pieces():
            for piece in body:
                sent["size"] += len(piece)
                yield piece

        return ClosingIterator(pieces(), [lambda: leave(body), lambda: report(sent["status"], sent["size"])])

    return wrapped


CLOSE = "                self.pieces.close()\n"
REPORT = "            report(self.status, self.size)\n"

reported.wrong("one was made, saw 3 made", ("in self.pieces:", "in list(self.pieces):"))
reported.wrong("closed 0 times", ("self.pieces.close()", "pass"))
reported.wrong(
    "one report, after the first piece", ("yield piece\n", f"yield piece\n{REPORT}"), (CLOSE + REPORT, CLOSE)
)
reported.wrong("2 reports", ("yield piece\n", f"yield piece\n            if self.size > 5:\n    {REPORT}"))


@reported.wrong("positional arguments but 3 were given")
def two_arguments(application, report):
    def wrapped(environ, start_response):
        def start(status, headers):
            return start_response(status, headers)

        return application(environ, start)

    return wrapped


reported.wrong("a call without it", ("headers, exc_info)", "headers)"))
reported.wrong("the function `write`", ("            return counted\n", ""))
reported.wrong("the status that was sent", ("self.status = status", "self.status = self.status or status"))
reported.wrong(
    "`('200 OK', 3)`",
    ("len(piece)\n                yield", '5 if piece == b"sorry" else 1\n                yield'),
)
reported.wrong("those given to `write` among them", ("return counted", "return write"))
reported.wrong("gave to `write`, at the server", ("return write(piece)", "return None"))


@reported.wrong("the wrapped body closed once, where the client left before the first piece")
def a_generator_that_has_not_begun(application, report):
    def wrapped(environ, start_response):
        sent = {"status": "", "size": 0}
        body = application(environ, counting(start_response, sent))
        try:
            for piece in body:
                sent["size"] += len(piece)
                yield piece
        finally:
            leave(body)
            report(sent["status"], sent["size"])

    return wrapped


reported.wrong(
    "under way at the same time, a report of each with its own bytes",
    ('self.status, self.size = "", 0', "Body.size = 0"),
    ("self.size += len(piece)\n                return", "Body.size += len(piece)\n                return"),
    ("self.size += len(piece)\n                yield", "Body.size += len(piece)\n                yield"),
    ("    class Body:\n", '    class Body:\n        status = ""\n\n'),
)

mended = Answers(5)


@mended.right
def yielded(environ, start_response):
    page = f"today, {environ['QUERY_STRING'] or 'at the bar'}: café, thé, crème brûlée\n".encode()
    headers = {"content-type": "text/plain;charset=UTF-8", "content-length": f"{len(page)}"}
    start_response("200 Fine", list(headers.items()))
    yield from (page[:5], page[5:])


mended.wrong("“Status must be of type str", ('"200 OK"', "200"))
mended.wrong("must be of type list", ("list(headers.items())", "headers"))
mended.wrong("“Header value must be of type str", ("str(len(body))", "len(body)"))
mended.wrong("“You should not return a string", ("[body]", "body"))
mended.wrong("bytes of the body, saw", ("len(body)", "len(page)"))
mended.wrong("as the broken one has", (', "Content-Length": str(len(body))', ""))
mended.wrong("the page that the broken one makes, saw", (".encode()", '.encode("ascii", "replace")'))
mended.wrong("for the query `table=7`", ("{environ['QUERY_STRING'] or 'at the bar'}", "at the bar"))
mended.wrong("plain text in UTF-8, saw `'text/html'`", ("text/plain; charset=utf-8", "text/html"))

strict_call = Answers(6)


class Server:
    def __init__(self):
        self.answer, self.sent = {}, bytearray()

    def start_response(self, status, headers, exc_info=None):
        if exc_info and self.sent:
            raise exc_info[1].with_traceback(exc_info[2])
        if self.answer and not exc_info:
            raise RuntimeError("once only")
        self.answer = {"status": status, "headers": dict(headers)}
        return self.sent.extend


@strict_call.right
def in_a_class(application, **request):
    server, environ = Server(), {"SCRIPT_NAME": "", "PATH_INFO": "/", "QUERY_STRING": ""} | request
    setup_testing_defaults(environ)
    body = application(environ, server.start_response)
    try:
        for piece in body:
            server.sent.extend(piece)
    finally:
        leave(body)
    return server.answer | {"body": bytes(server.sent)}


strict_call.wrong("from `start_response` the function `write`", ("        return sent.append\n", ""))
strict_call.wrong("the headers by their names, saw `[", ("headers=dict(headers)", "headers=headers"))
strict_call.wrong("from one that starts twice", ("if answer and not exc_info", "if False"))
strict_call.wrong(
    "from one that fails after a piece, its own exception, raised again, saw the answer",
    ("if any(sent)", "if False"),
)
strict_call.wrong("saw `b'asked for /'`", (", **request}", "}"))
strict_call.wrong("saw AssertionError, too late", ("raise exc_info[1]", 'raise AssertionError("too late")'))
strict_call.wrong("changes its mind after an empty piece", ("any(sent)", "sent"))
strict_call.wrong(
    "from one that fails after a `write`",
    ("answer, sent = {}, []", "answer, pushed, sent = {}, [], []"),
    ("return sent.append", "return pushed.append"),
    ("join(sent)", "join(pushed + sent)"),
)
strict_call.wrong(
    "saw `b'then returnedpushed, '`",
    ("for piece in body:\n            sent.append(piece)", "sent[:0] = list(body)"),
)
strict_call.wrong(
    "in time, the status that a client sees, saw `'200 OK'`", ("answer.update(", "answer or answer.update(")
)
strict_call.wrong("though it failed", ("finally:", "except OSError:\n        raise\n    else:"))
