"""Run an installer quietly: one line that says how far it is, and its own words only when it fails."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

SILENCE = 10.0  # seconds after which a line says how far it is, where no line can be written over


class SetupError(Exception):
    """What went wrong, ending in a sentence that says what to do."""


def follow(label: str, command: Sequence[str | Path], sofar: Callable[[bytes], str] | None = None) -> None:
    """Run `command` to its end; `sofar` makes the progress from what the command has said.

    Raises SetupError with the last lines of its output when it fails.
    """
    began = time.monotonic()
    live = sys.stdout.isatty()
    told = began
    end = "" if live else "\n"
    print(f"  {label} …", end=end, flush=True)
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=quiet()
        )
        try:
            while process.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.25)
                if sofar and (live or time.monotonic() - told >= SILENCE):
                    told = time.monotonic()
                    said = sofar(os.pread(output.fileno(), 1 << 24, 0))
                    print(f"\r  {label}: {said}\x1b[K" if live else f"  {label}: {said}", end=end, flush=True)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        said = os.pread(output.fileno(), 1 << 24, 0)
    begin, rest = ("\r", "\x1b[K") if live else ("", "")
    print(f"{begin}  {label}: {time.monotonic() - began:.0f} s{rest}", flush=True)
    if process.returncode:
        last = "\n".join(said.decode(errors="replace").splitlines()[-12:])
        raise SetupError(f"{last}\nThe set-up failed: mend what these lines say, then run make again.")


def quiet() -> dict[str, str]:
    """Return an installer's environment: this one, less the settings that harm a virtual environment."""
    return {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_USER": "0", "PYTHONUNBUFFERED": "1"}
