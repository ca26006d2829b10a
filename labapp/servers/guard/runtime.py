"""The servers of this user, whoever started them: those in use, and what dead owners left behind.

What belongs to a live owner is never touched.
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from labapp.observe.kernel import is_alive
from labapp.servers import signals
from labapp.servers.guard import records
from labapp.servers.guard.process_scan import scan_processes
from labapp.servers.guard.records import Record

GUARDS_TIME = 3.0  # Seconds for a guard to end its family; it plans for less than two.
GRACE = 1.0
POLL = 0.02


def live_records() -> list[Record]:
    """Return the servers whose owner still runs: this process's own, and those of other notebooks."""
    return [record for record in records.all_records() if record.owned]


def find_leftovers() -> list[Record]:
    """Return what dead owners left of their servers: directories, and processes whose directory is gone."""
    root = records.runtime_root()
    known = {str(record.directory): record for record in records.all_records()}
    for directory in {seen.directory for seen in scan_processes(root) if seen.directory} - known.keys():
        path = Path(directory)
        if path.parent == root and (record := records.read_record(path)) and not record.foreign:
            known[directory] = record
    return [record for record in known.values() if not record.owned]


def clear_leftovers() -> list[Record]:
    """End and remove what dead owners left; return what it was."""
    found = find_leftovers()
    end_servers(found)
    return found


def end_servers(lost: Sequence[Record]) -> None:
    """End all processes of these servers, whoever owns them, and remove their directories."""
    guards = [(record.guard, record.guard_started) for record in lost if record.guarded]
    _send(guards, "TERM")
    _wait(guards, GUARDS_TIME)
    for which in ("TERM", "KILL"):
        # A process may be born while its family is being ended: look again until none is found.
        for _ in range(10):
            family = members(lost)
            if not family:
                break
            _send(family, which)
            _send(family, "CONT")
            if not _wait(family, GRACE):
                break
    for record in lost:
        records.discard_record(record)


def members(lost: Sequence[Record]) -> list[tuple[int, float]]:
    """Return pid and start time of every process that belongs to one of these servers."""
    if not lost:
        return []
    seen = scan_processes(records.runtime_root())
    directories = {str(record.directory) for record in lost}
    known = {identity for record in lost for identity in record.identities}
    leaders = {one.pid for one in seen if (one.pid, one.started) not in known}
    # A session outlives its leader, and no pid is given away while a session has that number.
    sessions = {session for record in lost for session in (record.server, *record.sessions)} - leaders - {0}
    family = {
        one.pid
        for one in seen
        if one.directory in directories or (one.pid, one.started) in known or one.session in sessions
    }
    while more := {one.pid for one in seen if one.parent in family} - family:
        family |= more
    owners = {record.owner for record in lost}
    return [(one.pid, one.started) for one in seen if one.pid in family - owners]


def _send(family: Sequence[tuple[int, float]], which: str) -> None:
    for pid, started in family:
        with suppress(ProcessLookupError, PermissionError):
            signals.send_signal(pid, started, which)


def _wait(family: Sequence[tuple[int, float]], seconds: float) -> bool:
    """Wait for the end of all of these; False if it did not come."""
    deadline = time.monotonic() + seconds
    while any(is_alive(pid, started) for pid, started in family):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL)
    return True
