"""The system calls that a process makes while something happens, told by `strace`."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from labapp.observe.kernel.package_manager import how_to_install
from labapp.observe.kernel.stat import read_stat

# A call that another thread's interrupts is finished on a line of its own; one still waiting has no result.
_FINISHED = re.compile(r"(?:\d+ +)?((?:<\.\.\. )?\w+(?:\(| resumed>).*\) += .*)")
_FAILED = re.compile(r"\) += -1 E[A-Z]+")
_PATIENCE = 10.0  # seconds until all threads are followed, and until strace has ended
_REST = 0.5  # seconds for threads to come to rest
_LOOK_EVERY = 0.001  # seconds


class TraceError(RuntimeError):
    """A process could not be traced; the text says why, and what to do."""


@dataclass(frozen=True, slots=True, repr=False)
class Trace:
    """The system calls that were finished, as `strace` spells them."""

    lines: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many there were."""
        return len(self.lines)

    @property
    def succeeded(self) -> int:
        """How many of them did not return an error."""
        return sum(not _FAILED.search(line) for line in self.lines)

    def __repr__(self) -> str:
        failed = self.count - self.succeeded
        calls = f"{self.count} call{'' if self.count == 1 else 's'}"
        return f"{calls}, {failed} in vain" if failed else calls


def strace_available() -> bool:
    """Tell whether this machine has `strace`."""
    return shutil.which("strace") is not None


def trace(pid: int | Iterable[int], calls: str = "accept,accept4", *, during: Callable[[], object]) -> Trace:
    """Call `during` and return which of `calls` one process, or several, finished meanwhile in all threads.

    Their children are not traced, nor threads that it starts meanwhile. Raises TraceError where `strace` is
    missing or not allowed, or a process is gone; the processes themselves go on untouched.
    """
    program = shutil.which("strace")
    if program is None:
        on_linux = f"`{how_to_install('strace')}` installs it"
        where = on_linux if sys.platform == "linux" else "it exists for Linux only"
        raise TraceError(f"strace is not installed: {where}")
    with tempfile.TemporaryDirectory(prefix="labapp-trace-") as folder:
        output = Path(folder) / "calls"
        with _attached(program, [pid] if isinstance(pid, int) else list(pid), calls, output):
            during()
        found = map(_FINISHED.fullmatch, output.read_text(errors="replace").splitlines())
        return Trace(tuple(line[1] for line in found if line))


@contextmanager
def _attached(program: str, pids: list[int], calls: str, output: Path) -> Iterator[None]:
    """Have `strace` follow every thread of `pids` inside the block."""
    threads = [thread for pid in pids for thread in _threads(pid)]
    command = [
        program,
        "-e",
        f"trace={calls}",
        "-o",
        str(output),
        *(f"--attach={thread}" for thread in threads),
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as strace:
        # Killed in whatever state, strace sets free what it followed: the kernel sees to that.
        watchdog = threading.Timer(_PATIENCE, strace.kill)
        watchdog.start()
        try:
            _await_attachment(strace, pids, len(threads))
            _await_rest(threads)
            watchdog.cancel()
            yield
            _await_rest(threads)  # A client may have its answer before the call that sent it has ended.
        finally:
            watchdog.cancel()
            strace.terminate()
            try:
                strace.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                strace.kill()


def _await_attachment(strace: subprocess.Popen[str], pids: list[int], threads: int) -> None:
    """Wait until strace says that it follows so many threads."""
    assert strace.stderr is not None
    errors, attached = [], 0
    for line in strace.stderr:
        errors.append(line.strip())
        if errors[-1].endswith("attached"):
            attached += 1
        if attached == threads:
            return
    refused = next((pid for pid in pids if f"attach {pid}" in " ".join(errors)), pids[0])
    raise TraceError(_explain(refused, " ".join(errors)))


def _await_rest(threads: list[int]) -> None:
    """Wait until all threads have been stopped and set going again: before that, calls may be missed."""
    # One that sleeps has been; one that runs may be on its way to the stop, or simply busy.
    until = time.monotonic() + _REST
    while time.monotonic() < until and any(_is_busy(thread) for thread in threads):
        time.sleep(_LOOK_EVERY)


def _is_busy(thread: int) -> bool:
    """Whether a thread runs, waits for a device, or is stopped by its tracer."""
    found = read_stat(thread)
    return found is not None and found.state in "RDt"


def _threads(pid: int) -> list[int]:
    try:
        return sorted(int(thread.name) for thread in Path(f"/proc/{pid}/task").iterdir())
    except FileNotFoundError:
        raise TraceError(f"there is no process {pid} (any more): take its pid from a new snapshot") from None


def _explain(pid: int, errors: str) -> str:
    if "Operation not permitted" not in errors:
        return f"strace could not trace process {pid}: {errors or 'it did not answer'}"
    tracer = re.search(r"^TracerPid:\s*(\d+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    if tracer and tracer[1] != "0":
        return f"process {pid} is being traced already, by process {tracer[1]}: end that first"
    scope = Path("/proc/sys/kernel/yama/ptrace_scope")
    if scope.exists() and scope.read_text().strip() != "0":
        return (
            f"this system lets no process trace another (ptrace_scope is {scope.read_text().strip()}): "
            "`sudo sysctl kernel.yama.ptrace_scope=0` permits it until the next start"
        )
    return f"this user may not trace process {pid}: {errors}"
