"""Who a process is: a pid alone may have changed hands, a pid with its start time has not."""

import os
import sys
from contextlib import suppress
from pathlib import Path


def started(pid: int) -> float | None:
    """Return when a process started, in seconds since boot (Linux) or the epoch; None if it has ended."""
    if sys.platform != "linux":
        import psutil  # noqa: PLC0415 (not needed on Linux)

        try:
            process = psutil.Process(pid)
            return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
        except psutil.NoSuchProcess:
            return None
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    fields = stat[stat.rindex(b")") + 2 :].split()
    return None if fields[0] in b"ZX" else int(fields[19]) / os.sysconf("SC_CLK_TCK")


def is_alive(pid: int, since: float) -> bool:
    """Whether the process that had this pid and start time still runs."""
    now = started(pid)
    return now is not None and abs(now - since) < 0.02  # A tick is 0.01 s.


def command_line(pid: int) -> str:
    """Return the command line of a process as `ps` shows it; its pid if it has ended."""
    if sys.platform != "linux":
        import psutil  # noqa: PLC0415 (not needed on Linux)

        with suppress(psutil.Error):
            return " ".join(psutil.Process(pid).cmdline())
    with suppress(OSError):
        return (
            Path(f"/proc/{pid}/cmdline")
            .read_bytes()
            .rstrip(b"\0")
            .replace(b"\0", b" ")
            .decode(errors="replace")
        )
    return str(pid)
