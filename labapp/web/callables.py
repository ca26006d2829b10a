"""Applications and middleware as PEP 3333 writes them: no framework, only a callable with two arguments."""

from __future__ import annotations

import json
import os
import re
import threading
import time
import uuid
import zlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from wsgiref.headers import Headers

from labapp.observe.telling import told

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

# Some servers add the whole environment of their process, which is nobody's business.
REQUEST_KEYS = re.compile(
    r"HTTP_.*|[a-z]+\..*|(REQUEST|SERVER|REMOTE|CONTENT)_[A-Z]+|PATH_INFO|SCRIPT_NAME|QUERY_STRING"
)
SECRET = re.compile(r"AUTHORIZATION|COOKIE|TOKEN")
ACCEPTABLE_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
NAP = re.compile(r"seconds=([0-9](\.[0-9]{1,3})?)")
COMPRESSIBLE = re.compile(r"text/.*|application/(.*\+)?(json|xml|javascript)|image/svg\+xml")


@told
def hello(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:  # noqa: ARG001
    """Answer every request alike."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"hello"]


@told
def show_environ(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Answer with the request as the server handed it over, in JSON; what is no text, as Python shows it."""
    shown = {
        key: "(withheld)" if SECRET.search(key) else value if isinstance(value, str) else repr(value)
        for key, value in sorted(environ.items())
        if REQUEST_KEYS.fullmatch(key)
    }
    body = json.dumps(shown, indent=1).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


@told
def nap(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Sleep for ?seconds=0.2 (under 10); tell who did, and from when to when by the machine's own clock."""
    taken, asked = time.monotonic(), NAP.fullmatch(environ.get("QUERY_STRING", ""))
    time.sleep(float(asked[1]) if asked else 0.2)
    who: dict[str, Any] = {"pid": os.getpid(), "thread": threading.current_thread().name}
    body = json.dumps(who | {"taken": taken, "done": time.monotonic()}).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def timed(application: WSGIApplication) -> WSGIApplication:
    """Wrap an application: a header tells how long it took to decide on its answer."""

    def with_timing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = time.perf_counter()

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            took = (time.perf_counter() - began) * 1000
            return start_response(status, [*headers, ("Server-Timing", f"app;dur={took:.1f}")], exc_info)

        return application(environ, start)

    return with_timing


def identified(application: WSGIApplication) -> WSGIApplication:
    """Wrap an application: each request has an id, the client's or a new one, and its answer repeats it."""

    def with_id(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        # What a client sends ends in a log and in a header: nothing but a short plain word may.
        environ["HTTP_X_REQUEST_ID"] = name = given if ACCEPTABLE_ID.fullmatch(given) else uuid.uuid4().hex

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            return start_response(status, [*headers, ("X-Request-ID", name)], exc_info)

        return application(environ, start)

    return with_id


def gzipped(application: WSGIApplication, least: int = 500) -> WSGIApplication:
    """Wrap an application: text of `least` bytes or more is compressed for the clients that take it so."""

    def with_gzip(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = _Gzipped(environ, start_response, least)
        answer.body = application(environ, answer.start)
        return answer

    return with_gzip


class _Gzipped:
    """One answer on its way through: its headers, then its pieces, each compressed as it comes."""

    def __init__(self, environ: WSGIEnvironment, start_response: StartResponse, least: int) -> None:
        self.body: Iterable[bytes] = ()
        self._environ, self._start_response, self._least = environ, start_response, least
        self._compressor: Any = None

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        """Be the application's start_response."""
        told, self._compressor = Headers(list(headers)), None
        if self._worthwhile(status, told):
            told["Vary"] = ", ".join(filter(None, (told["Vary"], "Accept-Encoding")))
            if takes_gzip(self._environ.get("HTTP_ACCEPT_ENCODING", "")):
                self._compressor = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
                told["Content-Encoding"] = "gzip"
                del told["Content-Length"]  # a wrong one is worse than none
                if (told["ETag"] or "").startswith('"'):
                    told["ETag"] = f"W/{told['ETag']}"  # no longer the same bytes
        write = self._start_response(status, told.items(), exc_info)
        return lambda data: write(self._compress(data))

    def _worthwhile(self, status: str, told: Headers) -> bool:
        kind = (told["Content-Type"] or "").partition(";")[0].strip().lower()
        return bool(
            status[:3] not in ("204", "206", "304")
            and COMPRESSIBLE.fullmatch(kind)
            and not told["Content-Encoding"]
            and int(told["Content-Length"] or self._least) >= self._least
            and "no-transform" not in (told["Cache-Control"] or "")
        )

    def _compress(self, data: bytes) -> bytes:
        if not data or self._compressor is None:
            return data
        # Flushed, or the first pieces of a stream would wait inside for the last.
        return bytes(self._compressor.compress(data) + self._compressor.flush(zlib.Z_SYNC_FLUSH))

    def __iter__(self) -> Iterator[bytes]:
        yield from map(self._compress, self.body)
        if self._compressor is not None and self._environ["REQUEST_METHOD"] != "HEAD":
            yield bytes(self._compressor.flush())

    def close(self) -> None:
        """Pass on what the server promises to call."""
        if hasattr(self.body, "close"):
            self.body.close()


def takes_gzip(accepted: str) -> bool:
    """Tell whether an Accept-Encoding header allows gzip: by its name, else by `*`, unless with q=0."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, *parameters = (word.strip() for word in part.split(";"))
        quality = next((word[2:] for word in parameters if word.startswith("q=")), "1")
        weights[name] = float(quality) if re.fullmatch(r"[01](\.[0-9]*)?", quality) else 0.0
    return weights.get("gzip", weights.get("*", 0.0)) > 0


wrapped = identified(timed(gzipped(show_environ)))
