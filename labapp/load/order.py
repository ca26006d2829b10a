"""What is to be sent: to whom, how often, for how long, over how many connections."""

from __future__ import annotations

import base64
import ipaddress
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from labapp.load.limits import ARRIVALS, Limits

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TARGET = re.compile(r"/[!-~]*")
_TEXT = re.compile(r"[\t -~\x80-\xff]*")


@dataclass(frozen=True)
class Order:
    """Requests, all alike, for one address: `127.0.0.1:8000`, `[::1]:8000` or `unix:/path`.

    At least one of `requests` and `duration` (s) bounds it; the limits of `labapp.load.limits` always do.
    `concurrency` connections each send a request when the last one is answered. With `rate`, per second, each
    has a time at which it is due, whatever became of those before, and as many connections carry them as that
    takes, at most `concurrency`; `arrivals` says how they come, `seed` makes a random order repeatable.
    What is sent in the first `warmup` s is not counted.
    `keep_alive` reuses connections as long as the server does. With `tls` it is sent over TLS; then `verify`
    has the certificate verified, by those of the system or of a file. `ValueError` says what cannot be sent.
    """

    address: str
    path: str = "/"
    requests: int | None = None
    duration: float | None = None
    concurrency: int = 1
    method: str = "GET"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 10.0
    keep_alive: bool = False
    tls: bool = False
    verify: bool | str = False
    rate: float | None = None
    arrivals: str = ARRIVALS[0]
    seed: int | None = None
    warmup: float = 0.0

    def __post_init__(self) -> None:
        if self.requests is None and self.duration is None:
            raise ValueError("How much? Give requests=, duration= (in s), or both.")
        Limits.check(self.requests, self.duration, self.concurrency, self.timeout, len(self.body))
        Limits.check_pace(self.rate, self.arrivals, self.warmup, self.requests, self.duration)
        if not _loopback(self.address):
            raise ValueError(
                f"{self.address} is not on this machine: load is for loopback addresses and unix sockets,"
                " so that no mistyped address meets a stranger's server."
            )
        if isinstance(self.verify, str) and not Path(self.verify).is_file():
            raise ValueError(f"verify={self.verify!r}: there is no such file of certificates")
        if not _TOKEN.fullmatch(self.method):
            raise ValueError(f"{self.method!r} is no HTTP method")
        if not _TARGET.fullmatch(self.path):
            raise ValueError(f"{self.path!r} is no path: it begins with /, and other than ASCII is %-encoded")
        for name, value in self.headers.items():
            if not _TOKEN.fullmatch(name) or not _TEXT.fullmatch(value):
                raise ValueError(f"{name}: {value!r} is no header")

    @property
    def most(self) -> int:
        """The largest number of requests that may be sent."""
        return Limits.requests if self.requests is None else self.requests

    @property
    def seconds(self) -> float:
        """For how long new requests that count may be sent, in s."""
        return Limits.duration if self.duration is None else self.duration

    @property
    def message(self) -> bytes:
        """The request, as it goes over the wire."""
        unix = self.address.startswith("unix:")
        own = {"Host": "localhost" if unix else self.address, "User-Agent": "labapp-load", "Accept": "*/*"}
        if not self.keep_alive:
            own["Connection"] = "close"
        if self.body or self.method in ("POST", "PUT", "PATCH"):
            own["Content-Length"] = str(len(self.body))
        given = {name.lower() for name in self.headers}
        lines = [f"{self.method} {self.path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in own.items() if name.lower() not in given]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + self.body

    def __str__(self) -> str:
        """What is sent, how much at once or how often, and over which connections."""
        how = "kept alive" if self.keep_alive else "a new connection for each request"
        pace = f"{self.concurrency} at once"
        if self.rate is not None:
            pace = f"{self.rate:g} per second{'' if self.arrivals == ARRIVALS[0] else ' at random'}"
        return f"{self.method} {self.path}, {pace}, {how}"

    def to_json(self) -> bytes:
        """Write it as one line, for the process that carries it out."""
        fields: dict[str, Any] = {**vars(self), "headers": dict(self.headers)}
        return json.dumps({**fields, "body": base64.b64encode(self.body).decode()}).encode() + b"\n"

    @classmethod
    def from_json(cls, line: bytes) -> Order:
        """Read what `to_json` wrote."""
        fields = json.loads(line)
        return cls(**{**fields, "body": base64.b64decode(fields["body"])})


class Place(NamedTuple):
    """Where requests go: an address, a path there, and whether TLS is spoken."""

    address: str
    path: str
    tls: bool = False


def locate(target: str, path: str | None = None) -> Place:
    """Return where requests go for `http://127.0.0.1:8000/ping`, `127.0.0.1:8000` or `unix:/run/web.sock`.

    `path` is for a target without one; `ValueError` if there are two, or the target is of another kind.
    """
    if target.startswith("unix:"):
        return Place(target, path or "/")
    parts = urlsplit(target if "://" in target else f"http://{target}")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise ValueError(f"{target!r}: load knows http(s)://HOST:PORT/PATH, HOST:PORT and unix:/PATH")
    asked = parts.path + (f"?{parts.query}" if parts.query else "")
    if path is not None and asked not in ("", "/"):
        raise ValueError(f"Two paths: {asked} in {target!r}, and {path!r}")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    tls = parts.scheme == "https"
    try:
        port = parts.port or (443 if tls else 80)
    except ValueError:
        raise ValueError(f"{target!r}: ports are numbers up to 65535") from None
    return Place(f"{host}:{port}", path or asked or "/", tls)


def _loopback(address: str) -> bool:
    if address.startswith("unix:"):
        return True
    host = address.rpartition(":")[0].strip("[]")
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
