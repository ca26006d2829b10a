"""A WSGI server that serves one request at a time.

python one_at_a_time.py "labapp:create_app()" --port 8000
"""

import contextlib
import re
import socket
import traceback
from email.utils import formatdate

from request import MAX_BODY, HTTPError, read_request
from start import command_line, listen, load


def serve(application, listener, patience):
    """Answer one connection after the other, for ever."""
    while True:
        connection, _ = listener.accept()
        answer(connection, application, patience)


def answer(connection, application, patience, **flags):
    """Read a request, answer it, hang up; a client that is silent for `patience` seconds is given up."""
    with contextlib.suppress(OSError), connection, connection.makefile("rb") as stream:
        connection.settimeout(patience)
        try:
            environ = read_request(connection, stream, **flags)
        except HTTPError as refusal:
            respond(connection, {}, refusal)
            connection.shutdown(socket.SHUT_WR)
            stream.read(MAX_BODY)  # bytes still on their way would reset the connection, answer and all
        else:
            respond(connection, environ, application)


def respond(connection, environ, application):
    """Call the application and send what it answers."""
    head, sent = None, False

    def start_response(status, headers, exc_info=None):
        nonlocal head
        if exc_info and sent:
            raise exc_info[1]  # too late for another answer
        if head and not exc_info:
            raise RuntimeError("start_response was called twice")
        lines = ["HTTP/1.0 " + status, *map(": ".join, headers), "Connection: close"]
        if "date" not in {name.lower() for name, _ in headers}:
            lines.append("Date: " + formatdate(usegmt=True))
        if re.search("[\r\n]", "".join(lines)):
            raise ValueError("a line break inside a header")
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        return write

    def write(data):
        nonlocal sent
        shown = b"" if environ.get("REQUEST_METHOD") == "HEAD" else data
        rest = memoryview(shown if sent else head + shown)
        sent = True
        while rest:
            rest = rest[connection.send(rest) :]

    try:
        body = application(environ, start_response)
        try:
            for data in filter(None, body):
                write(data)
            if not sent:
                write(b"")
        finally:
            if hasattr(body, "close"):
                body.close()
    except Exception:
        traceback.print_exc()
        if not sent:
            respond(connection, environ, HTTPError("500 Internal Server Error"))


if __name__ == "__main__":
    command = command_line(__doc__).parse_args()
    serve(load(command.application), listen(command.port), command.patience)
