"""Work of every kind a server has to live with: honest, slow, large, greedy and fatal."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterator
from typing import NoReturn

from flask import Blueprint, request
from werkzeug.exceptions import BadRequest

from labapp.web.parameters import number, whole
from labapp.web.text import Text

work = Blueprint("work", __name__)

PIECE = 64 * 1024  # bytes of an upload held in memory at a time
SECRET = re.compile(r"authorization|cookie|token", re.IGNORECASE)  # headers whose value is not shown
TOKEN = re.compile(r"(token=)[^&\s]+", re.IGNORECASE)  # what a Referer may carry

KEEP_AT_MOST = 512  # MB
kept: list[bytes] = []  # what /leak has kept; memory is the process's, so the list is too
keeping = threading.Lock()


@work.get("/cpu")
def cpu() -> dict[str, float]:
    """Use the processor for ?ms=100 (0 to 10000) milliseconds."""
    ms = number("ms", default=100, low=0, high=10_000)
    began, used = time.perf_counter(), time.thread_time()
    # The thread's own clock, which stands still while another thread has the processor.
    while (time.thread_time() - used) * 1000 < ms:
        sum(range(1000))
    return {
        "cpu_ms": round((time.thread_time() - used) * 1000, 3),
        "wall_ms": round((time.perf_counter() - began) * 1000, 3),
    }


@work.get("/stream")
def stream() -> Text:
    """Send ?chunks=5 (1 to 1000) spread over &seconds=2 (0 to 30)."""
    chunks = whole("chunks", default=5, low=1, high=1000)
    seconds = number("seconds", default=2, low=0, high=30)

    def slowly() -> Iterator[bytes]:
        for n in range(1, chunks + 1):
            yield f"chunk {n} of {chunks}\n".encode()
            time.sleep(seconds / chunks)

    return Text(slowly())


@work.route("/upload", methods=["POST", "PUT"])
def upload() -> dict[str, float]:
    """Read a body of any size, keep none of it, and tell its size and the time it took."""
    began, size = time.perf_counter(), 0
    while piece := request.stream.read(PIECE):
        size += len(piece)
    return {"bytes": size, "seconds": round(time.perf_counter() - began, 6)}


@work.get("/headers")
def headers() -> dict[str, str]:
    """Show the headers that reached the application, without the secrets among them."""
    # Behind JupyterLab's proxy these carry the reader's own session.
    return {
        name: "(withheld)" if SECRET.search(name) else TOKEN.sub(r"\1(withheld)", value)
        for name, value in request.headers.items()
    }


@work.route("/leak", methods=["GET", "POST"])
def leak() -> dict[str, int]:
    """Keep ?mb=10 (1 to 100) megabytes until the process ends."""
    mb = whole("mb", default=10, low=1, high=100)
    with keeping:
        before = sum(map(len, kept)) >> 20
        room = KEEP_AT_MOST - before
        if mb > room:
            raise BadRequest(f"mb: expected at most {room}, got {mb}: this process already keeps {before} MB")
        kept.append(b"\1" * (mb << 20))  # written, not only reserved: an untouched page takes no memory
    return {"mb": mb, "kept_mb": before + mb}


@work.route("/crash", methods=["GET", "POST"])
def crash() -> NoReturn:
    """End the process without a word, with ?status=7 (0 to 255)."""
    # Gunicorn reads status 3 or 4 as "cannot even start" and ends the whole server.
    os._exit(whole("status", default=7, low=0, high=255))
