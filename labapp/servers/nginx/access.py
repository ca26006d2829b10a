"""One request as Nginx tells it: a datagram to a unix socket, in the format of syslog, a JSON array inside.

Nginx writes the line when the request has ended, and sends it without waiting: what does not fit into the
socket's queue is lost, and Nginx does not say so. Therefore it also writes an empty line to a file, which
counts. A datagram is at most as long as the headers that Nginx
takes. The time is that of the wall clock, to the millisecond.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

_VARIABLES = (
    "msec",
    "request_time",
    "pid",
    "connection",
    "connection_requests",
    "remote_port",
    "request_method",
    "request_uri",
    "status",
    "body_bytes_sent",
    "upstream_addr",
    "upstream_status",
    "upstream_response_time",
    "upstream_cache_status",
    "request_id",
)
LOG_FORMAT = (
    "log_format labapp escape=json\n    '["
    + ",'\n    '".join(
        ",".join(f'"${name}"' for name in _VARIABLES[start : start + 5])
        for start in range(0, len(_VARIABLES), 5)
    )
    + "]';\nlog_format labapp_count '';"
)
# What syslog puts before the message: priority, date, tag.
_PREFIX = re.compile(rb"<\d{1,3}>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (?:[^ ]+ )?labapp: (?=\[)")
# Attempts are separated by a comma, and by a colon where one group of upstreams handed over to another.
_ATTEMPTS = re.compile(r" ?, | : ")


@dataclass(frozen=True, slots=True)
class Upstream:
    """One attempt to have a request answered: where, with what, in how many seconds; None if unanswered."""

    address: str
    status: int | None
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Access:
    """A request that Nginx has dealt with; times in seconds, `ended` of the wall clock."""

    ended: float
    duration: float
    pid: int
    connection: int
    number: int
    """Which request of its connection, from 1."""
    port: int
    """The client's; 0 on a unix socket."""
    method: str
    target: str
    status: int
    sent: int
    upstreams: tuple[Upstream, ...]
    cache: str
    """`MISS`, `HIT`, …; empty where no cache was asked."""
    id: str

    @property
    def begun(self) -> float:
        """When its first byte came in."""
        return self.ended - self.duration


def parse(datagram: bytes) -> Access:
    """Read one datagram; `ValueError` if it is none of the lab's."""
    if not (prefix := _PREFIX.match(datagram)):
        raise ValueError(f"This is no line of the lab's access log: {datagram[:80]!r}.")
    fields = _fields(datagram[prefix.end() :])
    ended, duration, pid, connection, number, port, method, target, status, sent, *rest = fields
    addresses, statuses, seconds, cache, identity = rest
    return Access(
        float(ended),
        float(duration),
        int(pid),
        int(connection),
        int(number),
        int(port or 0),
        method,
        target,
        int(status),
        int(sent),
        _upstreams(addresses, statuses, seconds),
        cache,
        identity,
    )


def _fields(message: bytes) -> list[str]:
    # A client may send any bytes as its target, and Nginx passes on what is no UTF-8.
    fields: Any = json.loads(message.decode(errors="replace"))
    if len(fields) != len(_VARIABLES):
        raise ValueError(f"{len(_VARIABLES)} values were expected, and {len(fields)} came.")
    return [str(value) for value in fields]


def _upstreams(addresses: str, statuses: str, seconds: str) -> tuple[Upstream, ...]:
    if not addresses:
        return ()
    rows = zip(*(_ATTEMPTS.split(text) for text in (addresses, statuses, seconds)), strict=False)
    return tuple(
        Upstream(
            address, int(status) if status.isdigit() else None, float(took) if _is_number(took) else None
        )
        for address, status, took in rows
    )


def _is_number(text: str) -> bool:
    return re.fullmatch(r"\d+\.\d+", text) is not None
