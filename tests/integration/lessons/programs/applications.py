"""Applications that behave, and that misbehave in every way a server has to survive."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.validate import validator

import labapp

Environ = dict[str, Any]
Start = Callable[..., Callable[[bytes], None]]
PLAIN = [("Content-Type", "text/plain")]


def echo(environ: Environ, start_response: Start) -> Iterable[bytes]:
    """Tell what came: the environ, the body's size and digest."""
    size = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(size)
    told = {key: value for key, value in environ.items() if isinstance(value, str | bool)}
    told |= {"read": len(body), "digest": hashlib.sha256(body).hexdigest(), "pid": os.getpid()}
    told["rest"] = len(environ["wsgi.input"].read(10))
    answer = json.dumps(told).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
    return [answer]


valid_flask = validator(labapp.create_app())


@validator
def valid(environ: Environ, start_response: Start) -> Iterable[bytes]:
    """Read all the ways a validator allows, answer in pieces."""
    lines = [environ["wsgi.input"].readline(), *environ["wsgi.input"]]
    environ["wsgi.errors"].write("")
    start_response("200 OK", [*PLAIN, ("X-Lines", str(len([line for line in lines if line])))])
    return iter([b"one ", b"two"])


def nap(environ: Environ, start_response: Start) -> Iterable[bytes]:
    """Take as long as the query says, in s."""
    time.sleep(float(environ["QUERY_STRING"]))
    start_response("200 OK", PLAIN)
    return [b"slept"]


def large(environ: Environ, start_response: Start) -> Iterable[bytes]:
    """Send one piece of as many bytes as the query says."""
    start_response("200 OK", PLAIN)
    return [b"x" * int(environ["QUERY_STRING"])]


def raises(environ: Environ, start_response: Start) -> Iterable[bytes]:
    raise ZeroDivisionError("before anything")


def raises_os_error(environ: Environ, start_response: Start) -> Iterable[bytes]:
    raise FileNotFoundError("the application's own, not the connection's")


def raises_late(environ: Environ, start_response: Start) -> Iterator[bytes]:
    start_response("200 OK", PLAIN)
    yield b"half of it"
    raise ZeroDivisionError("in the middle")


def never_starts(environ: Environ, start_response: Start) -> Iterable[bytes]:
    return [b"no status"]


def starts_twice(environ: Environ, start_response: Start) -> Iterable[bytes]:
    start_response("200 OK", PLAIN)
    start_response("201 Created", PLAIN)
    return [b"which?"]


def bytes_status(environ: Environ, start_response: Start) -> Iterable[bytes]:
    start_response(b"200 OK", PLAIN)
    return [b"not native"]


def bytes_header(environ: Environ, start_response: Start) -> Iterable[bytes]:
    start_response("200 OK", [(b"Content-Type", b"text/plain")])
    return [b"not native"]


def str_body(environ: Environ, start_response: Start) -> Iterable[Any]:
    start_response("200 OK", PLAIN)
    return ["not bytes"]


def none_body(environ: Environ, start_response: Start) -> Any:
    start_response("200 OK", PLAIN)


def smuggles(environ: Environ, start_response: Start) -> Iterable[bytes]:
    start_response("200 OK", [*PLAIN, ("X-Name", "a\r\nSet-Cookie: b=c")])
    return [b"two headers for one"]


def empty(environ: Environ, start_response: Start) -> Iterable[bytes]:
    start_response("204 No Content", [])
    return []


def lazy(environ: Environ, start_response: Start) -> Iterator[bytes]:
    """Call start_response only when the body is asked for, which PEP 3333 allows."""
    start_response("202 Accepted", PLAIN)
    yield b"late"


def changes_its_mind(environ: Environ, start_response: Start) -> Iterator[bytes]:
    """Fail after an empty piece: nothing has been sent, so another answer is still possible."""
    start_response("200 OK", PLAIN)
    yield b""
    try:
        raise KeyError("in time")
    except KeyError:
        start_response("503 Service Unavailable", PLAIN, sys.exc_info())
    yield b"sorry"


def changes_too_late(environ: Environ, start_response: Start) -> Iterator[bytes]:
    """Fail after the first piece: start_response raises the error again."""
    start_response("200 OK", PLAIN)
    yield b"half of it"
    try:
        raise KeyError("too late")
    except KeyError:
        start_response("503 Service Unavailable", PLAIN, sys.exc_info())
    yield b"never sent"


def writes(environ: Environ, start_response: Start) -> Iterable[bytes]:
    write = start_response("200 OK", PLAIN)
    write(b"written, ")
    return [b"then returned"]


class Closed:
    """An iterable that tells the log when it is closed."""

    def __init__(self, environ: Environ, pieces: Iterator[bytes], broken: bool = False) -> None:
        self.environ, self.pieces, self.broken = environ, pieces, broken

    def __iter__(self) -> Iterator[bytes]:
        return self.pieces

    def close(self) -> None:
        print("closed", self.environ["PATH_INFO"], file=self.environ["wsgi.errors"], flush=True)
        if self.broken:
            raise ZeroDivisionError("in close")


def closes(environ: Environ, start_response: Start) -> Iterable[bytes]:
    start_response("200 OK", PLAIN)
    return Closed(environ, iter([b"whole"]))


def closes_after_error(environ: Environ, start_response: Start) -> Iterable[bytes]:
    return Closed(environ, raises_late(environ, start_response))


def fails_to_close(environ: Environ, start_response: Start) -> Iterable[bytes]:
    start_response("200 OK", PLAIN)
    return Closed(environ, iter([b"whole"]), broken=True)


def dies(environ: Environ, start_response: Start) -> Iterable[bytes]:
    os._exit(7)


def any_of(environ: Environ, start_response: Start) -> Iterable[bytes]:
    """Call the application above that the path begins with."""
    _, name, *_ = environ["PATH_INFO"].split("/")
    application: Callable[[Environ, Start], Iterable[bytes]] = globals()[name]
    return application(environ, start_response)
