"""Answers to the exercises on a server of one's own."""

import re
import socket
from http.client import parse_headers
from io import BytesIO
from urllib.parse import unquote_to_bytes

from labapp.course.exercise import Answers

seconds = Answers(1)


@seconds.right
def dealt_out(server, requests, each, workers):
    count = requests if server == "threaded.py" else workers if server == "prefork.py" else 1
    free_at = [0.0] * count
    for _ in range(requests):
        free_at[free_at.index(min(free_at))] += each
    return max(free_at)


seconds.wrong(
    "`seconds('prefork.py', 10, 0.2, 4)`, the seconds until the last of 10 has an answer, saw 0.4 s",
    ("math.ceil(requests / at_once)", "requests // at_once"),
)
seconds.wrong("saw 0.5 s, which is too short", ("math.ceil(requests / at_once)", "requests / at_once"))
seconds.wrong("saw 0.8 s, which is too long", ("math.ceil(requests / at_once)", "(requests // at_once + 1)"))
seconds.wrong("`seconds('threaded.py', 10, 0.2, 1)`", ('"threaded.py": requests', '"threaded.py": workers'))
seconds.wrong(
    "`seconds('one_at_a_time.py', 7, 0.3, 4)`", ('"one_at_a_time.py": 1', '"one_at_a_time.py": workers')
)
seconds.wrong(
    "`seconds('prefork.py', 3, 0.5, 8)`",
    'return {"one_at_a_time.py": 2.0, "threaded.py": 0.2, "prefork.py": 0.6}[server]',
)
seconds.wrong("returns nothing", "print(requests * each)")
seconds.wrong("a number of seconds, saw `nan`", "return math.nan")

receive = Answers(2)


def announced(head):
    found = re.search(rb"(?i)\r\ncontent-length:\s*(\d+)", head)
    return int(found[1]) if found else 0


@receive.right
def as_a_file(connection):
    with connection.makefile("rb") as stream:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = stream.readline()
            if not line:
                return None
            head += line
        length = announced(head)
        body = stream.read(length)
        return (head, body) if len(body) == length else None


@receive.right
def byte_by_byte(connection):
    head = bytearray()
    while not head.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        if not byte:
            return None
        head += byte
    length = announced(bytes(head))
    body = connection.recv(length, socket.MSG_WAITALL) if length else b""
    return (bytes(head), body) if len(body) == length else None


receive.wrong(
    "a GET in two halves: the head, 32 bytes, saw 11 bytes",
    r"""
    head, end, body = connection.recv(65536).partition(b"\r\n\r\n")
    return head + end, body
    """,
)
receive.wrong(
    "a GET in one piece: an answer as soon as the request is complete",
    r"""
    data = b""
    while piece := connection.recv(65536):
        data += piece
    head, end, body = data.partition(b"\r\n\r\n")
    return head + end, body
    """,
)
receive.wrong(
    "a POST, its body in a piece of its own: the body, 11 bytes, saw 0 bytes", ("len(body) < length", "False")
)
receive.wrong(
    "a body in three pieces: the body, 11 bytes, saw 2 bytes",
    ("while len(body) < length", "if len(body) < length"),
)
receive.wrong(
    "a piece that ends the head and begins the body: an answer as soon as",
    ('data = b""', 'data = piece = b""'),
    (r'while b"\r\n\r\n" not in data', r'while not piece.endswith(b"\r\n\r\n")'),
)
receive.wrong(
    "a body with an empty line in it: the body, 11 bytes, saw 5 bytes",
    ("head + end, body", r'head + end, body.split(b"\r\n\r\n")[0]'),
)
receive.wrong(
    "`content-length` in small letters: the body, 5 bytes", (r"(?i)\r\ncontent-length", r"\r\nContent-Length")
)
receive.wrong("another name that ends in `Content-Length`", (r"(?i)\r\ncontent", "(?i)content"))
receive.wrong(
    "the head as `bytes`, saw `'GET /lab",
    r"""
    head, end, body = connection.recv(65536).decode().partition("\r\n\r\n")
    return head + end, body
    """,
)
receive.wrong("not done after", ("return None\n        data", "continue\n        data"))
receive.wrong("hangs up within the head: `None`", ("return None\n        data", "break\n        data"))

environ_of = Answers(3)


@environ_of.right
def by_the_email_parser(head):
    stream = BytesIO(head)
    method, target, protocol = stream.readline().decode("latin-1").split()
    path, _, query = target.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": protocol,
        "CONTENT_LENGTH": "",
    }
    for name, value in parse_headers(stream).items():
        key = name.upper().replace("-", "_")
        environ[key if key.startswith("CONTENT_") else f"HTTP_{key}"] = value.strip()
    return environ


environ_of.wrong(
    "under `PATH_INFO` the path alone, its percent signs decoded, one character for each byte, saw `'/café",
    ('unquote(path, "latin-1")', "unquote(path)"),
)
environ_of.wrong("saw `'/caf%C3%A9/1+1%3F'`", ('unquote(path, "latin-1")', "path"))
environ_of.wrong(
    "one character for each byte, saw `'/cafÃ©/1 1?'`",
    ('unquote(path, "latin-1")', 'unquote(path, "latin-1").replace("+", " ")'),
)
environ_of.wrong("saw `'name=Jos%C3%A9?&x=1 1'`", ('G": query', 'G": query.replace("+", " ")'))
environ_of.wrong("a key `HTTP_HOST`, saw", ('line.partition(":")', 'line.partition(": ")'))
environ_of.wrong("saw `'RenéII'`", ("value.strip()", 'value.replace(" ", "")'))
environ_of.wrong("saw `'/menu?table=7'`", ('unquote(path, "latin-1")', "target"))
environ_of.wrong(
    "as the client sent it, saw `'name=José?&x=1+1'`",
    ('"QUERY_STRING": query', '"QUERY_STRING": unquote(query)'),
)
environ_of.wrong(
    "as the client sent it, saw `'name=Jos%C3%A9'`",
    ('path, _, query = target.partition("?")', 'path, query, *_ = [*target.split("?"), ""]'),
)
environ_of.wrong(
    "under `HTTP_HOST` the value of its field, without the blanks around it, saw `'lab'`",
    ('name, _, value = line.partition(":")', 'name, value, *_ = line.split(":")'),
)
environ_of.wrong("saw `' window '`", ("value.strip()", 'value.removeprefix(" ")'))
environ_of.wrong(
    "the key `HTTP_CONTENT_TYPE`", ('if key not in ("CONTENT_TYPE", "CONTENT_LENGTH")', "if True")
)
environ_of.wrong("a key `HTTP_X_TABLE`", ('.replace("-", "_")', ""))
environ_of.wrong(
    "the length of the body, as text, saw `11`",
    ("= value.strip()", '= int(value) if key == "CONTENT_LENGTH" else value.strip()'),
)
environ_of.wrong("UnicodeDecodeError", ('head.decode("latin-1")', "head.decode()"))

respond = Answers(4)


@respond.right
def collected_first(connection, environ, application):
    answer = {}

    def start_response(status, headers, exc_info=None):
        lines = [f"HTTP/1.0 {status}", *map(": ".join, headers), "Connection: close", "", ""]
        answer["head"] = "\r\n".join(lines).encode("latin-1")

    body = application(environ, start_response)
    try:
        content = b"".join(body)
    finally:
        getattr(body, "close", lambda: None)()
    content = b"" if environ["REQUEST_METHOD"] == "HEAD" else content
    with connection.makefile("wb") as stream:
        stream.write(answer["head"] + content)


respond.wrong("lines that end in `\\r\\n`", (r'"\r\n".join', r'"\n".join'))
respond.wrong("an empty line after the headers", ('headers), "", ""]', 'headers), ""]'))
respond.wrong("a first line with the version of HTTP", ("HTTP/1.0 ", ""))
respond.wrong("saw `b'HTTP/1.0 200 OK", ("HTTP/1.0 {status}", "HTTP/1.0 200 OK"))
respond.wrong("a header line `Set-Cookie: a=1`", ("join, headers)", "join, dict(headers).items())"))
respond.wrong("a header line `Content-Type: text/plain`", ('*map(": ".join, headers)', "str(headers)"))
respond.wrong('one behind the other, saw `b"short HTTP/1.0', ("head_sent = True", "head_sent = False"))
respond.wrong(
    "IndexError",
    """
    told = []
    body = application(environ, lambda *answer: told.append(answer))
    status, headers = told[0]
    lines = [f"HTTP/1.0 {status}", *map(": ".join, headers), "", ""]
    connection.sendall("\\r\\n".join(lines).encode("latin-1"))
    for piece in body:
        connection.sendall(piece)
    """,
)
respond.wrong(
    "raises after `start_response`, before its first piece",
    (
        r'head = "\r\n".join(lines).encode("latin-1")',
        r"""head = b""
        connection.sendall("\r\n".join(lines).encode("latin-1"))""",
    ),
)
respond.wrong(
    "also of an answer without a body", ("connection.sendall(head)\n    finally", "pass\n    finally")
)
respond.wrong(
    "the answer to a `HEAD`: headers, and no body", ('if environ["REQUEST_METHOD"] != "HEAD"', "if True")
)
respond.wrong("bytes of a large body", ("connection.sendall(piece)", "connection.send(piece)"))
respond.wrong("the body's `close`, called once", ("body.close()", "pass"))
respond.wrong(
    "also when the application raises while it is read",
    ("finally:", "except OSError:\n        raise\n    else:"),
)

handle = Answers(5)
FIVE_HUNDRED = r'connection.sendall(b"HTTP/1.0 500 Internal Server Error\r\n\r\n")'
TO_WHOEVER_IS_THERE = "with suppress(OSError):  # the client may have gone"
IF_NOT_SENT = f"if not sent:\n            {TO_WHOEVER_IS_THERE}\n                {FIVE_HUNDRED}"

handle.right(
    r"""
    import contextlib
    import logging

    told = []
    try:
        pieces = application(environ, lambda status, headers: told.append((status, headers)))
        with contextlib.closing(pieces) if hasattr(pieces, "close") else contextlib.nullcontext():
            body = b"".join(pieces)
        [(status, headers)] = told
    except BaseException:
        logging.exception("no answer")
        status, headers, body = "500 Internal Server Error", [], b"sorry"
    lines = [f"HTTP/1.1 {status}", *map(": ".join, headers), "", ""]
    with contextlib.suppress(OSError):
        connection.sendall("\r\n".join(lines).encode("latin-1") + body)
    """
)
handle.wrong(
    "raises before it has called `start_response`: a server that lives", ("BaseException", "OSError")
)
handle.wrong("the status 500, saw no byte of an answer", (IF_NOT_SENT, "pass"))
handle.wrong(
    "after `start_response`, before the first piece: a server that lives", ("BaseException", "ValueError")
)
handle.wrong("raises `SystemExit`: a server that lives", ("BaseException", "Exception"))
handle.wrong("when the client has gone: a server that lives", (TO_WHOEVER_IS_THERE, "if True:"))
handle.wrong("after the first piece: one answer, saw 2 in one", (IF_NOT_SENT, FIVE_HUNDRED))
handle.wrong(
    'before the first piece: the status 500, saw `b"HTTP/1.0 200 OK',
    ('head, sent = b""', r'head, sent = b"HTTP/1.0 500 Internal Server Error\r\n\r\n"'),
    ("BaseException", "BaseException as error"),
    (FIVE_HUNDRED, "connection.sendall(head + str(error).encode())"),
)
handle.wrong("saw not one traceback", ("traceback.print_exc()", "pass"))
handle.wrong("the whole answer of an application that does not raise", FIVE_HUNDRED)
handle.wrong("an answer without a body: its status, saw `b''`", ("connection.sendall(head)", "pass"))
handle.wrong("the body of every answer closed, also of one that failed", ("body.close()", "pass"))

start = Answers(6)
LISTENER = 'listener = socket.create_server(("127.0.0.1", port))'
CHILD = """\
            try:
                work(listener)
            except BaseException:
                traceback.print_exc()
            os._exit(1)"""

start.right(
    """
    import multiprocessing

    listener = socket.socket()
    listener.bind(("127.0.0.1", port))
    listener.listen(64)
    context = multiprocessing.get_context("fork")
    for child in [context.Process(target=work, args=(listener,)) for _ in range(workers)]:
        child.start()
    """
)
start.wrong(
    "Address already in use",
    (LISTENER, "pass"),
    ("(listener)", '(socket.create_server(("127.0.0.1", port)))'),
)
start.wrong(
    "one listening socket, shared, saw 3 at the same address",
    (LISTENER, "pass"),
    ("(listener)", '(socket.create_server(("127.0.0.1", port), reuse_port=True))'),
)
start.wrong(
    "one process, threads in it: 4",
    """
    listener = socket.create_server(("127.0.0.1", port))
    for _ in range(workers):
        threading.Thread(target=work, args=(listener,)).start()
    """,
)
start.wrong(
    "children of the master, and no grandchildren",
    (f"if os.fork() == 0:\n{CHILD}", "os.fork()\n    work(listener)"),
)
start.wrong("and none from the master", (CHILD, "            break\n    work(listener)"))
start.wrong("for `workers=3`, as many children, saw 2", ("range(workers)", "range(workers - 1)"))
start.wrong("where other machines can reach it", ('"127.0.0.1", port', '"0.0.0.0", port'))
start.wrong("saw it did not answer", ("work(listener)", "signal.pause()"))
start.wrong("a child whose `work` raises, ended", (CHILD, "            work(listener)"))
start.wrong("a child whose `work` raises `SystemExit`, ended", ("BaseException", "Exception"))
