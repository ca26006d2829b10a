"""Slow in three ways: it waits in Python, waits in C, or computes. Once as WSGI, once as ASGI."""

import ctypes
import json
import socket
import time
from pathlib import Path
from time import sleep

libc = ctypes.CDLL(None)


def be_slow(way, seconds):
    """Take so many seconds, in one of three ways; at once for any other."""
    if way == "/python":
        time.sleep(seconds)
    elif way == "/c":
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            libc.usleep(10_000)  # lets go of the interpreter lock, as drivers written in C do
    elif way == "/computing":
        end = time.thread_time() + seconds
        while time.thread_time() < end:
            sum(range(1000))


def clocks():
    """Return what the kernel has counted for this thread, in s: all time, on a processor, in line for one."""
    try:
        on, in_line, _ = Path("/proc/thread-self/schedstat").read_text().split()
        return time.monotonic(), int(on) / 1e9, int(in_line) / 1e9
    except OSError:  # Only Linux tells.
        return time.monotonic(), time.thread_time(), 0.0


def app(environ, start_response):
    """Be slow for /way?seconds, and tell what became of the time; /where: what the library's names mean."""
    way, asked = environ["PATH_INFO"], environ["QUERY_STRING"]
    before = clocks()
    be_slow(way, float(asked or 0))
    took, on, in_line = (after - earlier for after, earlier in zip(clocks(), before, strict=True))
    told = {"took": took, "computed": on, "in line": in_line, "asleep": max(0.0, took - on - in_line)}
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(where() if way == "/where" else told).encode()]


async def coroutine(scope, receive, send):
    """The same, written by somebody who has put `async` before the `def` and changed no more."""
    if scope["type"] == "lifespan":
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})
        return
    be_slow(scope["path"], float(scope["query_string"] or 0))
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"done\n"})


def where():
    """Tell to which module belongs what three names of the standard library mean in this process."""
    names = {"time.sleep": time.sleep, "sleep": sleep, "socket.socket": socket.socket}
    return {name: thing.__module__ for name, thing in names.items()}
