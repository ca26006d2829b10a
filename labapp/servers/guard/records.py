"""Runtime directories: where a server keeps its log and sockets, and who it belongs to.

The directory's name says who made it: `OWNERPID-OWNERSTART-N`, so that what a dead owner left can be told
from what a live one uses, whatever else is missing. `state.jsonl` says the rest, in its last whole line.
"""

import itertools
import json
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from labapp.observe.kernel import is_alive, started_at

MARKER = "LABAPP_RUNTIME"  # In the environment of every guard and server: the directory.
LONGEST_SOCKET_NAME = 12  # Characters, within a runtime directory.
LONGEST_SOCKET_PATH = 103  # Bytes; macOS. Linux has four more.
_count = itertools.count(1)


def pid_namespace(pid: int | str = "self") -> int:
    """Return the number of a process's PID namespace, 0 for none; `OSError` if it is gone."""
    return Path(f"/proc/{pid}/ns/pid").stat().st_ino if sys.platform == "linux" else 0


def short_temporary() -> str:
    """Return a directory for what is temporary, short enough for the path of a unix socket in it."""
    temporary = tempfile.gettempdir()
    return temporary if len(os.fsencode(temporary)) < 50 else "/tmp"


def runtime_root() -> Path:
    """Return the directory that holds all runtime directories of this user; make it if need be."""
    socket_name = "/4194304-99999999999-999/" + "x" * LONGEST_SOCKET_NAME
    if chosen := os.environ.get("LABAPP_RUNTIME_DIR"):
        place = Path(chosen).absolute()
        if len(os.fsencode(place)) + len(socket_name) > LONGEST_SOCKET_PATH:
            raise ValueError(
                f"LABAPP_RUNTIME_DIR={chosen} is too long for the path of a unix socket: shorten it."
            )
    else:
        user = os.environ.get("XDG_RUNTIME_DIR", "")
        place = Path(user) / "labapp"
        fits = len(os.fsencode(place)) + len(socket_name) <= LONGEST_SOCKET_PATH
        if not (user and fits and os.access(user, os.W_OK)):
            place = Path(short_temporary(), f"labapp-{os.getuid()}")
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(
            f"{place} belongs to someone else: set LABAPP_RUNTIME_DIR to a directory of your own."
        )
    return place


@dataclass
class Record:
    """What is known of one server, from its runtime directory: enough to find what is left of it."""

    directory: Path
    owner: int
    owner_started: float
    command: str = ""
    address: str = ""
    guard: int = 0
    guard_started: float = 0.0
    server: int = 0  # The process that the guard launched.
    server_started: float = 0.0
    family: Sequence[tuple[int, float]] = ()  # Its processes when it became ready, with their start times.
    sessions: Sequence[int] = ()  # The sessions they were in: a daemon has one of its own.
    notebook: str = ""
    namespace: int = 0  # In which its pids count; 0 where there is but one, or nobody wrote it down.

    @property
    def log(self) -> Path:
        """The file that takes the server's standard output and error."""
        return self.directory / "log"

    @property
    def events(self) -> Path:
        """The socket at which the server's processes tell what they do, if they do."""
        return self.directory / "events"

    @property
    def identities(self) -> set[tuple[int, float]]:
        """Every process that is known to be the server's, its guard included: pid and start time."""
        own = {(self.guard, self.guard_started), (self.server, self.server_started)}
        return own | {(pid, since) for pid, since in self.family}

    @property
    def foreign(self) -> bool:
        """Whether its pids are of another PID namespace, such as a container's: they name nobody here."""
        return self.namespace not in (0, pid_namespace())

    @property
    def owned(self) -> bool:
        """Whether the process that started the server (a notebook's kernel, as a rule) still runs."""
        return is_alive(self.owner, self.owner_started)

    @property
    def guarded(self) -> bool:
        """Whether the server's guard still runs."""
        return bool(self.guard) and is_alive(self.guard, self.guard_started)


def create_record(command: str) -> Record:
    """Make a runtime directory for a server that this process is about to start, and to write down."""
    owner = os.getpid()
    since = started_at(owner)
    assert since is not None, "this process runs"
    place = runtime_root()
    for number in _count:
        directory = place / f"{owner}-{round(since * 100)}-{number}"
        try:
            directory.mkdir(mode=0o700)
        except FileExistsError:
            continue
        return Record(
            directory,
            owner,
            since,
            command=command,
            notebook=os.environ.get("JPY_SESSION_NAME", ""),
            namespace=pid_namespace(),
        )
    raise AssertionError("itertools.count does not end")


def write_record(record: Record) -> None:
    """Put a record into its directory, whole or not at all; do nothing if the directory is gone."""
    line = json.dumps(vars(record) | {"directory": record.directory.name}).encode() + b"\n"
    try:  # It is added, for to make a file anew each time can take as long as all else that a launch does.
        with open(f"{record.directory}/state.jsonl", "ab", buffering=0) as state:  # noqa: PTH123
            state.write(line)
    except FileNotFoundError:
        return


def discard_record(record: Record) -> None:
    """Remove a runtime directory that no process uses."""
    shutil.rmtree(record.directory, ignore_errors=True)


def read_record(directory: Path) -> Record | None:
    """Return what a runtime directory says; None if it is none."""
    try:
        owner, ticks, _ = map(int, directory.name.split("-"))
    except ValueError:
        return None
    record = Record(directory, owner, ticks / 100)
    try:
        *_, last, _ = (directory / "state.jsonl").read_text().split("\n")
        facts: dict[str, Any] = json.loads(last)
    except (OSError, ValueError):
        return record  # Just made, or half removed: its name says enough.
    return replace(record, **{name: value for name, value in facts.items() if name != "directory"})


def all_records() -> list[Record]:
    """Return a record of every runtime directory of this user, but for those of other PID namespaces."""
    read = filter(None, map(read_record, runtime_root().iterdir()))
    found = (record for record in read if not record.foreign)
    return sorted(found, key=lambda record: record.directory.name)
