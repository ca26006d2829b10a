"""Where a setting of Gunicorn's comes from, for the person who is to correct it."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """The settings of one command: its words, those of the variable, and the configuration file."""

    words: Sequence[str]
    file: Path

    def where(self, *names: str) -> str:
        """Return how the first of some settings was written: `--pid`, or `pidfile in x.py, line 3`."""
        for name in names:
            if option := next((option for option, _ in self._given(name)), ""):
                return option
            if name in self._lines:
                return f"{name} in {self.file.name}, line {self._lines[name]}"
        return next(iter(_options(names[0])), names[0])

    def value(self, *names: str) -> str:
        """Return what the first of some settings that is set was given; nothing where that does not tell."""
        for name in names:
            for _, value in self._given(name):
                return value
            if name in self._lines:
                return self._literals.get(name, "")
        return ""

    def _given(self, name: str) -> Iterator[tuple[str, str]]:
        """Yield the options by which a setting is given, the last first, each with its value."""
        options = _options(name)
        for place in range(len(self.words) - 1, -1, -1):
            word, joined, value = self.words[place].partition("=")
            for option in options:
                if word == option:
                    yield option, value if joined else "".join(self.words[place + 1 : place + 2])
                elif re.fullmatch(r"-\w", option) and word.startswith(option):
                    yield option, self.words[place].removeprefix(option)

    @cached_property
    def _nodes(self) -> dict[str, ast.Assign]:
        try:
            module = ast.parse(self.file.read_text())
        except (OSError, SyntaxError, ValueError):
            return {}
        assigned = [node for node in ast.walk(module) if isinstance(node, ast.Assign)]
        return {name.id: node for node in assigned for name in node.targets if isinstance(name, ast.Name)}

    @property
    def _lines(self) -> dict[str, int]:
        return {name: node.lineno for name, node in self._nodes.items()}

    @property
    def _literals(self) -> dict[str, str]:
        constants = {name: node.value for name, node in self._nodes.items()}
        return {
            name: str(value.value) for name, value in constants.items() if isinstance(value, ast.Constant)
        }


def _options(name: str) -> list[str]:
    """Return the options that give a setting, the long one first."""
    from gunicorn.config import KNOWN_SETTINGS  # noqa: PLC0415 (only failures need it)

    found = [option for setting in KNOWN_SETTINGS if setting.name == name for option in setting.cli or ()]
    return sorted(found, key=len, reverse=True)
