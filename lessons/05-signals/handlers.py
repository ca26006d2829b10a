"""For which signals a process has named a function, as the kernel knows it (Linux)."""

import signal
from contextlib import suppress
from pathlib import Path


def handled(pid):
    """Return the names of these signals; nothing where the system does not show them."""
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        mask = int(next(line for line in lines if line.startswith("SigCgt")).split()[1], 16)
        return {each.name.removeprefix("SIG") for each in signal.Signals if mask >> (each - 1) & 1}
    return set()
