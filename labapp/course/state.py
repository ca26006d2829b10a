"""What a learner has done, in one small local file: never sent anywhere, never in a lesson's way.

A file that is missing, damaged or read-only costs one sentence (`State.trouble`) and nothing else: what
happens meanwhile is remembered as long as the kernel lives.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs

VERSION = 1
FILE = "progress.json"
_PATIENCE = 1.0

Record = dict[str, Any]


def state_folder() -> Path:
    """Return where the file lies: LABAPP_STATE_DIR, else where this system keeps such things.

    Raises RuntimeError when there is no home directory.
    """
    if named := os.environ.get("LABAPP_STATE_DIR"):
        return Path(named)
    folder = platformdirs.user_state_path("labapp", appauthor=False)
    if not folder.is_absolute():
        raise RuntimeError("Could not determine home directory.")
    return folder


class NewerError(ValueError):
    """The file is of a newer version of the course."""


def parse_record(content: bytes) -> Record:
    """Return what a file records of each lesson; raise ValueError where it is damaged, or a newer one."""
    try:
        found = json.loads(content)
        version, lessons = found["version"], found["lessons"]
        newer = version > VERSION
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ValueError("it is damaged") from None
    if newer:
        raise NewerError("it was written by a newer version of the course")
    if not isinstance(lessons, dict):
        raise ValueError("it is damaged")
    return lessons


class State:
    """The file in `folder`; None remembers only as long as the process lives."""

    def __init__(self, folder: Path | None) -> None:
        self.path = folder / FILE if folder else None
        self.trouble = "" if folder else "There is no home directory: your progress is not kept."
        self._memory: Record = {}

    def lesson(self, name: str) -> Record:
        """Return what is recorded of a lesson, {} if nothing is; to change it, use `change`."""
        with self._locked():
            return part(self._read(), name)

    def change(self, name: str, apply: Callable[[Record], None]) -> None:
        """Let `apply` change what is recorded of a lesson, and write it; no other kernel's change is lost."""
        with self._locked():
            lessons = self._read()
            lessons[name] = part(lessons, name)
            apply(lessons[name])
            self._memory = lessons
            if self.path is not None:
                self._write(self.path, lessons)

    def _read(self) -> Record:
        if self.path is None:
            return self._memory
        try:
            return parse_record(self.path.read_bytes())
        except FileNotFoundError:
            return {}
        except OSError as error:
            return self._give_up(f"{error.strerror}.")
        except NewerError as error:
            return self._give_up(f"{error}.")
        except ValueError:
            return self._set_aside(self.path)

    def _write(self, path: Path, lessons: Record) -> None:
        text = json.dumps({"version": VERSION, "lessons": lessons}, indent=1, sort_keys=True) + "\n"
        draft = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            with draft.open("w", encoding="utf-8") as file:
                draft.chmod(0o600)
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            self._give_up(f"{error.strerror}.")

    def _set_aside(self, path: Path) -> Record:
        aside = path.with_suffix(".damaged")
        try:
            path.replace(aside)
        except OSError as error:
            return self._give_up(f"the file is damaged and cannot be moved aside ({error.strerror}).")
        self.trouble = f"{_short(path)} was damaged; it is kept as {aside.name}, and a new one begins."
        return {}

    def _give_up(self, why: str) -> Record:
        """Remember in memory from here on; return what is remembered."""
        if self.path is not None:
            self.trouble = f"Your progress is not kept in {_short(self.path)}: {why}"
            self.path = None
        return self._memory

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold other kernels off, for a moment at most: without the lock the last writer wins."""
        if self.path is None:
            yield
            return
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder = os.open(self.path.parent, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            # Reading or writing will meet the same trouble and name it.
            yield
            return
        try:
            deadline = time.monotonic() + _PATIENCE
            while not _lock(folder) and time.monotonic() < deadline:
                time.sleep(0.01)
            yield
        finally:
            os.close(folder)


@cache
def open_state() -> State:
    """Return this process's state, read from the place that `state_folder` names."""
    try:
        return State(state_folder())
    except RuntimeError:
        return State(None)


def _lock(descriptor: int) -> bool:
    """Try to lock; True too where the file system has no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def part(record: Record, name: str) -> Record:
    """Return a part of a record, {} if it is missing or not what it should be."""
    part = record.get(name)
    return part if isinstance(part, dict) else {}


def _short(path: Path) -> str:
    with suppress(ValueError, RuntimeError):
        return f"~/{path.relative_to(Path.home())}"
    return str(path)
