"""A place where commands run: a checkout, an environment and a user."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PATIENCE = 10  # Seconds that an interrupted command has to put things in order.


@dataclass(frozen=True)
class Place:
    """A folder, an environment and, if commands run as another user, `user`, `group` and `extra_groups`."""

    folder: Path
    environment: Mapping[str, str]
    identity: Mapping[str, Any] = field(default_factory=dict)

    def passes(self, command: Sequence[str]) -> bool:
        """Run a command, the output as it comes; return whether all went well.

        Interrupted, it ends the command and whatever of it is in the command's session.
        """
        with self._start(command) as process:
            try:
                return process.wait() == 0
            except KeyboardInterrupt:
                self._end(process)
                raise

    def said(self, *command: str | Path) -> str:
        """Run a command and return what it said; `subprocess.CalledProcessError` if it failed."""
        with self._start(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            said, _ = process.communicate()
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command, said)
        return said

    def _start(self, command: Sequence[str | Path], **streams: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
            **self.identity,
            **streams,
        )

    def _end(self, process: subprocess.Popen[str]) -> None:
        for which in (signal.SIGINT, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, which)
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE)
