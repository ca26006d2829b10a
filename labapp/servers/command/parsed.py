"""A command line that was read: its words, the program that they name, where and with what it runs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Self

_MODULE = re.compile(r"-[bBdEhiIOPqsSuvVx]*m(.*)")  # `-m`, also after other letters, and before the module.


@dataclass(frozen=True)
class Command:
    """What was typed: its words, where it runs, and the environment that its author set."""

    typed: str
    argv: tuple[str, ...]
    program: str
    cwd: Path
    settings: Mapping[str, str]
    environment: Mapping[str, str]
    withheld: frozenset[str] = frozenset()
    """The variables of this process that it is not given."""
    wrapped: int = 0
    """How many words are those of programs that become the server, such as `nohup`."""
    becomes: str = ""
    """The program that they become."""

    @property
    def own(self) -> tuple[str, ...]:
        """The server's own words."""
        return self.argv[self.wrapped :]

    @property
    def server(self) -> str:
        """The path of the server's own program."""
        return self.becomes or self.program

    @cached_property
    def name(self) -> str:
        """The program's own name: `python`."""
        return Path(self.own[0]).name

    @property
    def arguments(self) -> list[str]:
        """The words after the server's own name, be it a program's or that of a module."""
        module, words = self.module
        return list(words) if module else list(self.own[1:])

    def extended(self, words: Sequence[str], after: str = "") -> Self:
        """Return the command with more words, after one of its own or else after the server's name."""
        arguments = self.arguments
        place = arguments.index(after) + 1 if after in arguments else 0
        start = len(self.argv) - len(arguments)
        return replace(self, argv=(*self.argv[:start], *arguments[:place], *words, *arguments[place:]))

    @property
    def module(self) -> tuple[str, list[str]]:
        """The module that Python is told to run by `-m`, and the words after it; empty where it is not."""
        return self._of_python[:2]

    @property
    def script(self) -> str:
        """The file that Python is told to run; empty where it is none."""
        return self._of_python[2]

    @cached_property  # It is asked for some thirty times in a launch.
    def _of_python(self) -> tuple[str, list[str], str]:
        words = list(self.own)
        if not self.name.startswith("python"):
            return "", [], ""
        for place, word in enumerate(words[1:], 1):
            if found := _MODULE.fullmatch(word):
                following = words[place + 1 :]
                return (found[1], following, "") if found[1] else ("".join(following[:1]), following[1:], "")
            if word == "-c":
                break
            if not word.startswith("-") and words[place - 1] not in ("-X", "-W"):
                return "", [], word
        return "", [], ""
