"""The options that Gunicorn is given: on its command line, in its variable, in its configuration file."""

import argparse
import ast
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn


class _Parser(argparse.ArgumentParser):
    """Reads the few options the lab must know; what it cannot read, Gunicorn itself will refuse."""

    def error(self, message: str) -> NoReturn:
        raise ValueError(message)


def parser() -> _Parser:
    """Return what reads them."""
    found = _Parser(add_help=False)
    found.add_argument("-b", "--bind", action="append")
    found.add_argument("-c", "--config")
    found.add_argument("--certfile")
    found.add_argument("--chdir")
    found.add_argument("--check-config", action="store_true")
    found.add_argument("-D", "--daemon", action="store_true")
    found.add_argument("--error-logfile", "--log-file")
    found.add_argument("-R", "--enable-stdio-inheritance", action="store_true")
    found.add_argument("--control-socket")
    found.add_argument("--control-socket-mode")  # Known, so that no abbreviation is taken for another option.
    found.add_argument("--graceful-timeout")
    found.add_argument("--keyfile")
    found.add_argument("--logger-class")
    found.add_argument("--no-control-socket", action="store_true")
    found.add_argument("--print-config", action="store_true")
    found.add_argument("--reload", action="store_true")
    found.add_argument("--reuse-port", action="store_true")
    found.add_argument("--statsd-host")
    found.add_argument("--threads")
    found.add_argument("-t", "--timeout")
    found.add_argument("-k", "--worker-class")
    found.add_argument("-w", "--workers")
    return found


@dataclass(frozen=True)
class Given:
    """What one command is given: by its own words, by the variable, by the configuration file."""

    typed: argparse.Namespace
    variable: argparse.Namespace
    configured: Mapping[str, object]

    def option(self, name: str) -> Any:
        """Return the value of an option, typed or in the variable."""
        return getattr(self.typed, name) or getattr(self.variable, name)

    def value(self, name: str, setting: str = "") -> Any:
        """Return that value, else what the file sets: None where that does not tell."""
        return self.option(name) or self.configured.get(setting or name)

    def sets(self, name: str, setting: str = "") -> bool:
        """Whether it is given, by whatever value; `setting` is the option's name in the file."""
        return bool(self.option(name)) or (setting or name) in self.configured


def words(text: str) -> list[str]:
    """Return the words of a text; none if a quote in it is never closed."""
    try:
        return shlex.split(text)
    except ValueError:
        return []


def read(typed: list[str]) -> argparse.Namespace:
    """Return the options among some words; none of them if they cannot be read."""
    try:
        return parser().parse_known_args(typed)[0]
    except ValueError:
        return parser().parse_args([])


def assigned(path: Path) -> Mapping[str, object]:
    """Return the names that a Python file assigns, with their values where they are literals."""
    try:
        module = ast.parse(path.read_text())
    except (OSError, SyntaxError, ValueError):
        return {}
    found: dict[str, object] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    try:
                        found[target.id] = ast.literal_eval(node.value) if node.value else None
                    except ValueError:
                        found[target.id] = None
        elif isinstance(node, ast.ImportFrom):
            found.update({alias.asname or alias.name: None for alias in node.names})
    return found
