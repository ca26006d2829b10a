"""A command line that was read: its words, the program that they name, where and with what it runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


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

    @property
    def name(self) -> str:
        """The program's own name: `python`."""
        return Path(self.own[0]).name

    @property
    def module(self) -> tuple[str, list[str]]:
        """The module that Python is told to run by `-m`, and the words after it; empty where it is not."""
        words = list(self.own)
        if not self.name.startswith("python"):
            return "", []
        for place, word in enumerate(words[1:], 1):
            if word == "-m":
                return "".join(words[place + 1 : place + 2]), words[place + 2 :]
            if word.startswith("-m"):
                return word.removeprefix("-m"), words[place + 1 :]
            if not word.startswith("-") and words[place - 1] not in ("-X", "-W"):
                break
        return "", []
