"""A disk that is slow for one process: strace lets each reading of a file wait."""

import re
import shutil
import subprocess
from contextlib import contextmanager

from labapp.lab import TraceError

_READS = "pread64,preadv,preadv2"


@contextmanager
def slow_disk(pid, seconds):
    """Let each reading of a file by a process wait so long, in all its threads, inside a `with` block.

    Raise TraceError where `strace` is missing or not allowed.
    """
    program = shutil.which("strace")
    if program is None:
        raise TraceError("strace is not installed")
    wait = f"inject={_READS}:delay_enter={seconds * 1_000_000:.0f}"
    command = [program, "-f", "-e", f"trace={_READS}", "-e", wait, "-o", "/dev/null", f"--attach={pid}"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as strace:
        try:
            if not re.search("attached", first := strace.stderr.readline()):
                raise TraceError(first.strip())
            yield
        finally:
            strace.terminate()
