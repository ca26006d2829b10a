"""All processes of this user, with what ties them to a runtime directory: a full scan, for clean-up only."""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from labapp.observe.kernel import read_stat
from labapp.servers.guard.records import MARKER, pid_namespace


@dataclass(frozen=True, slots=True)
class ScannedProcess:
    """A process: its identity, its family, and the directory that its environment or output names, if any."""

    pid: int
    started: float
    parent: int
    session: int
    directory: str


def scan_processes(root: Path) -> list[ScannedProcess]:
    """Return the living processes of this user and PID namespace; `root` holds all runtime directories."""
    return list(_from_proc(root) if sys.platform == "linux" else _from_psutil())


def _from_proc(root: Path) -> Iterator[ScannedProcess]:
    here = pid_namespace()
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        with suppress(OSError):  # It ended meanwhile, or may not be looked at.
            if entry.stat().st_uid != os.getuid() or pid_namespace(entry.name) != here:
                continue
            pid = int(entry.name)
            found = read_stat(pid)
            if found is None or found.ended:
                continue
            directory = _marked(entry.path) or _writes_into(entry.path, root)
            yield ScannedProcess(pid, found.started, found.ppid, found.session, directory)


def _marked(process: str) -> str:
    """The directory that the environment names, unless the program has written its own title over it."""
    for variable in Path(process, "environ").read_bytes().split(b"\0"):
        name, _, value = variable.partition(b"=")
        if name == MARKER.encode():
            return os.fsdecode(value)
    return ""


def _writes_into(process: str, root: Path) -> str:
    """The runtime directory whose log takes the standard output or error."""
    for descriptor in ("1", "2"):
        with suppress(OSError):
            target = str(Path(process, "fd", descriptor).readlink()).removesuffix(" (deleted)")
            if target.startswith(f"{root}/"):
                return str(Path(target).parent)
    return ""


def _from_psutil() -> Iterator[ScannedProcess]:
    import psutil  # noqa: PLC0415 (not needed on Linux)

    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.uids().real == os.getuid() and process.status() != psutil.STATUS_ZOMBIE:
                directory = process.environ().get(MARKER, "")
                yield ScannedProcess(
                    process.pid, process.create_time(), process.ppid(), os.getsid(process.pid), directory
                )
