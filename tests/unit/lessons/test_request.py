"""Lesson 02's reader of requests: whatever bytes come, an environ or a refusal, soon."""

from __future__ import annotations

import importlib.util
import io
import random
import time
from types import ModuleType

import pytest
from support.places import ROOT

SOURCE = ROOT / "lessons" / "02-a-server-of-your-own" / "request.py"
GOOD = b"POST /a%20b?c=d HTTP/1.1\r\nHost: lab\r\nX-Name:  v \r\nContent-Length: 3\r\n\r\nabc"


class Connection:
    """The two addresses that an environ tells."""

    def getsockname(self) -> tuple[str, int]:
        return "127.0.0.1", 80

    def getpeername(self) -> tuple[str, int]:
        return "127.0.0.1", 81


@pytest.fixture(scope="module")
def request_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lesson_request", SOURCE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_good(request_module: ModuleType) -> None:
    environ = request_module.read_request(Connection(), io.BytesIO(GOOD), multithread=True)
    assert environ["PATH_INFO"] == "/a b"
    assert environ["HTTP_X_NAME"] == "v"
    assert environ["wsgi.multithread"] is True
    assert environ["wsgi.input"].read() == b"abc"


def test_any_bytes_at_all(request_module: ModuleType) -> None:
    """Five thousand damaged requests, the same in every run."""
    dice = random.Random(2)
    outcomes = set()
    for _ in range(5000):
        damaged = bytearray(GOOD)
        for _ in range(dice.randint(1, 4)):
            at = dice.randrange(len(damaged))
            match dice.randrange(3):
                case 0:
                    damaged[at] = dice.randrange(256)
                case 1:
                    del damaged[at : at + dice.randint(1, 9)]
                case _:
                    damaged[at:at] = dice.choice((b"\r\n", b"\0", b" ", b":", b"\xff", b"Host: lab\r\n"))
        try:
            environ = request_module.read_request(Connection(), io.BytesIO(bytes(damaged)))
        except request_module.HTTPError as refusal:
            outcomes.add(str(refusal))
        else:
            outcomes.add("environ")
            assert environ["PATH_INFO"].startswith("/")
            assert not any(set("\r\n\0") & set(value) for key, value in environ.items() if key[:5] == "HTTP_")
    assert outcomes >= {"environ", "400 Bad Request"}
    assert outcomes <= {"environ", "400 Bad Request", "411 Length Required", "413 Content Too Large"}


@pytest.mark.parametrize(
    "line", [b"X: " + b" " * 65_000, b"X" * 65_000 + b":", b":" * 65_000, b"\t" * 65_000]
)
def test_no_line_takes_long_to_refuse(request_module: ModuleType, line: bytes) -> None:
    def seconds(size: int) -> float:
        head = b"GET / HTTP/1.1\r\n" + line[:size] + b"\0\r\n\r\n"
        began = time.perf_counter()
        with pytest.raises(request_module.HTTPError):
            request_module.read_request(Connection(), io.BytesIO(head))
        return time.perf_counter() - began

    # The least of many: nobody had taken the processor away meanwhile.
    short = min(seconds(4_000) for _ in range(15))
    long = min(seconds(64_000) for _ in range(15))
    assert long < 100 * short  # sixteen times the bytes; backtracking would take at least 256 times as long
