"""The only place that encodes events: each as a line, a JSON array of its fields, in their order.

A worker encodes two for each request, so that each field is put into its place, and nothing is looked up.
"""

from __future__ import annotations

# Without what Python adds to it, which a server may have no need of.
import _socket as socket
import sys

try:
    # Not by way of json: in a server's process that may be a module of the application's own.
    from _json import encode_basestring_ascii as quoted
except ImportError:
    from json.encoder import encode_basestring_ascii as quoted

# With a queue for each sender; a plain datagram socket of Linux holds ten datagrams for all of them together.
# Elsewhere there are none of these, and the queue is long enough.
SOCKET_KIND = socket.SOCK_SEQPACKET if sys.platform == "linux" else socket.SOCK_DGRAM
"""The kind of the sockets through which events are sent."""
LONGEST = 2000  # characters of a path


def encode_request(unit: str, number: int, port: int, method: str, target: str) -> str:
    """Return what the begin and the end of a request have in common."""
    return f"{quoted(unit)},{number},{port},{quoted(method)},{quoted(target)}"


def encode_asked(unit: str, method: str, target: str) -> str:
    """Return what requests of one unit and target have in common."""
    return f"{quoted(unit)},{quoted(method)},{quoted(target)}"


def encode_request_begin(at: float, pid: int, lost: int, about: str) -> str:
    """Return the begin of a request; `about` is what `encode_request` returned."""
    return f'["begin",{at:.6f},{pid},{lost},{about}]'


def encode_request_end(  # noqa: PLR0917 - called for each request, where names cost time
    at: float, pid: int, lost: int, about: str, began: float, status: int | None
) -> str:
    """Return the end of a request; `about` is what `encode_request` returned."""
    return f'["end",{at:.6f},{pid},{lost},{about},{began:.6f},{"null" if status is None else status}]'


def encode_rows(pid: int, lost: int, texts: str, rows: str) -> str:
    """Return the ends of many requests, as they stand in a page; `texts` says what its numbers stand for."""
    return f'["rows",{pid},{lost},[{texts}],"{rows}"]'


def encode_fork(at: float, pid: int, lost: int, parent: int) -> str:
    """Return the fork of a process."""
    return f'["fork",{at:.6f},{pid},{lost},{parent}]'


def encode_ready(at: float, pid: int, lost: int, role: str) -> str:
    """Return the readiness of a `master` or a `worker`."""
    return f'["ready",{at:.6f},{pid},{lost},"{role}"]'


def encode_reap(at: float, pid: int, lost: int, child: int) -> str:
    """Return the reaping of a child."""
    return f'["reap",{at:.6f},{pid},{lost},{child}]'


def encode_worker_count(at: float, pid: int, lost: int, wanted: int, before: int | None) -> str:
    """Return that another number of workers is wanted."""
    return f'["count",{at:.6f},{pid},{lost},{wanted},{"null" if before is None else before}]'


def encode_notice(at: float, pid: int, lost: int, kind: str) -> str:
    """Return an event of which its kind says all: `abort`, `exit`, `reload`, `upgrade`."""
    return f'["{kind}",{at:.6f},{pid},{lost}]'
