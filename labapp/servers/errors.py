"""What a failed launch says to the person who typed the command."""

import textwrap
from collections.abc import Sequence

from labapp.servers.wording import shortened

ADVICE = 2000  # Characters: it holds a whole command, to be copied.
RED, BOLD, DIM, OFF = "\x1b[31m", "\x1b[1m", "\x1b[2m", "\x1b[0m"


class LaunchError(RuntimeError):
    """A server that did not start: what happened, where, what to try, and the end of its own log."""

    def __init__(
        self,
        summary: str,
        advice: str = "",
        *,
        command: str = "",
        status: str | None = None,
        log_tail: Sequence[str] = (),
        excerpt: Sequence[str] = (),
    ) -> None:
        super().__init__(summary)
        self.summary = summary
        self.advice = advice
        self.command = command
        self.status = status
        self.log_tail = tuple(log_tail)
        self.excerpt = tuple(excerpt)

    def __str__(self) -> str:
        return "\n".join(text for _, text in self._parts())

    def _render_traceback_(self) -> list[str]:
        """Show the notebook's reader the failure of the server, not the frames of the lab."""
        styles = {"summary": RED, "advice": BOLD, "log": DIM}
        head = f"{RED}{BOLD}{type(self).__name__}{OFF}"
        lines = [
            f"{styles.get(kind, '')}{text}{OFF if kind in styles else ''}" for kind, text in self._parts()
        ]
        return [f"{head}: {lines[0]}", *lines[1:]]

    def _parts(self) -> list[tuple[str, str]]:
        parts = [("summary", shortened(self.summary))]
        if self.excerpt:
            parts.append(("fact", _indented(self.excerpt)))
        if self.advice:
            parts.append(("advice", f"To try: {shortened(self.advice, ADVICE)}"))
        if self.command:
            parts.append(("fact", f"The command was: {shortened(self.command, ADVICE)}"))
        if self.status:
            parts.append(("fact", f"It {'was ' * self.status.startswith('killed')}{self.status}."))
        if self.log_tail:
            parts.append(("fact", "Its log ends with:"))
            parts.append(("log", _indented(self.log_tail)))
        return parts


def _indented(lines: Sequence[str]) -> str:
    return textwrap.indent("\n".join(map(shortened, lines)), "    ")
