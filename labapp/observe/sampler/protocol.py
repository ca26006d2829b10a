"""What the sampler says, one JSON line each, and how a process travels in it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from labapp.observe.kernel import Process

ProcessRow = list[Any]
_MB = 1_000_000


def encode_process(process: Process) -> ProcessRow:
    """Return a process as it travels: CPU share to 1 %, memory to 1 MB, so that noise is no change."""
    return [
        process.pid,
        process.ppid,
        process.started,
        process.command,
        process.state,
        process.threads,
        round(process.cpu, 2),
        round(process.rss / _MB) * _MB,
        process.title,
        process.image,
        process.succeeds,
        process.session,
    ]


class ProcessDecoder:
    """Turns rows back into processes: the same object again for each that did not change."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[ProcessRow, Process]] = {}

    def decode(self, rows: Iterable[ProcessRow]) -> list[Process]:
        """Return the processes that rows of `encode_process` carry, read as JSON."""
        known = {}
        for row in rows:
            pid = row[0]
            before = self._known.get(pid)
            known[pid] = before if before and before[0] == row else (row, _process(row))
        self._known = known
        return [process for _, process in known.values()]


def _process(row: ProcessRow) -> Process:
    pid, ppid, started, command, state, threads, cpu, rss, title, image, succeeds, session = row
    return Process(
        pid,
        ppid,
        started,
        command,
        state,
        threads,
        cpu,
        rss,
        title=title,
        image=image,
        succeeds=succeeds,
        session=session,
    )


def tree(at: float, rows: Iterable[ProcessRow]) -> bytes:
    """Say which processes there are, at a time of the monotonic clock."""
    return _line({"kind": "tree", "at": at, "processes": list(rows)})


def ended(pid: int, status: int | None) -> bytes:
    """Say that a process ended: with an exit status, by a signal (negative), or nobody knows how."""
    return _line({"kind": "exit", "pid": pid, "status": status})


def log(lines: list[str], skipped: int) -> bytes:
    """Say what is new in the log, and how many bytes before it were passed over."""
    return _line({"kind": "log", "lines": lines, "skipped": skipped})


def server_events(events: Iterable[bytes], malformed: int) -> bytes:
    """Say what the server's processes sent, as they encoded it, and how many lines were no events."""
    return b'{"kind":"events","malformed":%d,"events":[%b]}\n' % (malformed, b",".join(events))


def hello() -> bytes:
    """Answer a call of the reader."""
    return _line({"kind": "hello"})


def end(reason: str) -> bytes:
    """Say that no line follows."""
    return _line({"kind": "end", "reason": reason})


def _line(message: dict[str, Any]) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"
