"""Every test has a runtime directory and a learner of its own, and leaves nothing of a server behind."""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

PATIENCE = 3.0  # Seconds in which what a test has let go of must be gone.


@pytest.fixture(autouse=True)
def runtime_directory(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Keep the servers of this test apart, and see that nothing of them is left."""
    # Short, for the sake of unix sockets; not made, so that a test that starts no server costs nothing.
    place = Path(tempfile.mkdtemp(prefix="lab-", dir="/tmp"))
    place.rmdir()
    monkeypatch.setenv("LABAPP_RUNTIME_DIR", str(place))
    progress = Path(f"{place}-progress")
    monkeypatch.setenv("LABAPP_STATE_DIR", str(progress))
    yield place
    shutil.rmtree(progress, ignore_errors=True)
    if not place.exists():
        return
    registry = sys.modules.get("labapp.servers.registry")
    forgotten = [" ".join(server.command) for server in registry.started()] if registry else []
    if forgotten:
        registry.reset()
    deadline = time.monotonic() + PATIENCE
    while (left := [*belonging_to(place), *map(str, place.iterdir())]) and time.monotonic() < deadline:
        time.sleep(0.02)
    shutil.rmtree(place)
    assert not forgotten, f"the test did not stop {forgotten}"
    assert not left, f"the test left behind {left}"


def belonging_to(place: Path) -> list[str]:
    """Return the processes started for this directory: their environment or their output names it."""
    processes = Path("/proc").glob("[0-9]*") if sys.platform == "linux" else ()
    return [described(process) for process in processes if names(process, os.fsencode(place))]


def names(process: Path, place: bytes) -> bool:
    """Whether a process names a directory; one that sets its own title may have erased its environment."""
    if process.name == str(os.getpid()):
        return False
    with suppress(OSError):
        if place in (process / "environ").read_bytes():
            return True
    with suppress(OSError):
        return any(place in bytes((process / "fd" / number).readlink()) for number in ("1", "2"))
    return False


def described(process: Path) -> str:
    with suppress(OSError):
        command = (process / "cmdline").read_bytes().replace(bytes(1), b" ").decode(errors="replace")
        return f"process {process.name}, {command}"
    return f"process {process.name}, gone meanwhile"
