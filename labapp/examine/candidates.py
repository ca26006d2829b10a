"""The command under examination, as given and with other numbers of workers and threads."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from labapp.examine.refusals import serves_nothing
from labapp.servers import Server, Size, kind_for, launch_kind


class Candidates:
    """One command and its variants, each of which can be written and launched; `LaunchError` if none can."""

    def __init__(
        self,
        command: str | Sequence[str],
        *,
        cwd: str | Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._command = command
        self._where = cwd
        self._env = dict(env or {})
        self.kind = kind_for(command, cwd=cwd, env=env)
        if self.kind.asks:
            raise serves_nothing(self.kind.command.typed)
        self.typed = self.kind.command.typed
        self.name = self.kind.name or self.kind.command.name
        self.size = self.kind.size
        self.sizing = self.kind.sizing

    @property
    def reloads(self) -> bool:
        """Whether its master takes HUP for an order to reload."""
        note = self.kind.signal_notes("master").get("HUP")
        return self.kind.prefork and note is not None and note.label == "reload"

    def words(self, size: Size) -> list[str]:
        """Return the words of the command of a size."""
        command = self.kind.command
        start = len(command.argv) - len(command.arguments)
        return self.sizing.words(command.argv, size, start)

    def written(self, size: Size) -> str:
        """Return the command of a size as one would type it."""
        if size == self.size:
            return self.typed
        assigned = self.kind.command.settings.keys() - self._env.keys()
        before = [f"{name}={self.kind.command.settings[name]}" for name in sorted(assigned)]
        return shlex.join([*before, *self.words(size)])

    def launch(self, size: Size, timeout: float) -> Server:
        """Launch the command of a size, and have nothing of it told to the lab: that would cost it time."""
        if size == self.size:
            kind = kind_for(self._command, cwd=self._where, env=self._env)
        else:
            kind = kind_for(self.words(size), cwd=self._where, env=self.kind.command.settings)
        kind.observed = False
        return launch_kind(kind, timeout=timeout)
