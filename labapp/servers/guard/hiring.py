"""A guard's process, as the one that started it holds it: a child with two pipes, which takes one order."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

GUARD = Path(__file__).with_name("guard.py")
# Imported, for the server waits while a program of its own would be compiled anew each time.
_RUN = (
    "import sys; sys.path.insert(0, sys.argv[1].rpartition('/')[0]); import guard; guard.main(*sys.argv[2:])"
)
DESCRIPTORS = 1024  # Linux' usual soft limit; that of macOS is 256.


def allow_descriptors() -> None:
    """Let this process, and what it starts, open as many files as a few servers need, if that is allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def encode_order(
    directory: Path, cwd: Path, program: str, argv: Iterable[str], environment: Mapping[str, str]
) -> bytes:
    """Return what tells a guard which server to start: its length, and its parts with a NUL between them."""
    if any("=" in name for name in environment):
        raise ValueError("illegal environment variable name")
    settings = [f"{name}={value}" for name, value in environment.items()]
    words = list(argv)
    parts = [str(directory), str(cwd), program, str(len(words)), *words, *settings]
    if any("\0" in part for part in parts):
        raise ValueError("embedded null byte")
    order = os.fsencode("\0".join(parts))
    return b"%d\n" % len(order) + order


@dataclass
class Hired:
    """A guard that waits for its order, or has it."""

    process: subprocess.Popen[bytes]
    control: int
    """The end of the pipe at which the guard reads its order, and then waits to be let go."""
    reports: int
    """The end of the one into which it writes."""
    owner: int

    @classmethod
    def new(cls, *, cwd: str | Path, environment: Mapping[str, str], output: int | IO[bytes]) -> Self:
        """Start a guard."""
        allow_descriptors()
        theirs, control = os.pipe()
        try:
            reports, told = os.pipe()
        except OSError:
            os.close(theirs)
            os.close(control)
            raise
        os.set_blocking(reports, False)
        try:
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _RUN, *map(str, (GUARD, theirs, told, os.getpid()))],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=cwd,
                env=environment,
                pass_fds=(theirs, told),
                start_new_session=True,
            )
        except BaseException:
            os.close(control)
            os.close(reports)
            raise
        finally:
            os.close(theirs)
            os.close(told)
        return cls(process, control, reports, os.getpid())

    def give(self, order: bytes) -> None:
        """Give it its order; `BrokenPipeError` if it has ended."""
        left = memoryview(order)
        while left:
            left = left[os.write(self.control, left) :]

    def let_go(self) -> None:
        """Close the pipes: it ends, and with it what it has started."""
        os.close(self.control)
        os.close(self.reports)

    def dismiss(self) -> None:
        """End it at once: one that has no order holds nothing that it would have to let go."""
        self.let_go()
        if self.owner == os.getpid():
            self.process.kill()
            self.process.wait()
        else:  # A forked child has no part in its parent's.
            self.process.returncode = 0
