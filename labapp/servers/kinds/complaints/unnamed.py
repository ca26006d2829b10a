"""An application that a command does not name as its server wants it: by a module, a colon, and its name."""

import re
from pathlib import Path

from labapp.servers.command import Command, call, shown_folder
from labapp.servers.diagnosis import Diagnosis, offered, source

# As click, argparse, and Waitress say that there is none.
_NONE = re.compile(
    r"Missing argument 'APP'|arguments are required: application|Specify an application|"
    r"Error: Specify one application only"
)
_ONLY_MODULE = re.compile(r"Import string \"(?P<module>[\w.]+)\" must be in format")
# `shop/web.py:app`, and no address: that has no such path before its colon.
_BY_PATH = re.compile(r"(?:[aw]sgi:)?(?P<path>[\w./-]*(?:/[\w-]+|\.py)):(?P<name>\w+(?:\(\))?)")


def unnamed(log: str, name: str, command: Command) -> Diagnosis | None:
    """Return how an application is to be named; None if that is not what is wrong."""
    found = next(filter(None, map(_BY_PATH.fullmatch, command.arguments)), None)
    if found and _is_not_found(Path(found["path"]), log):
        return _by_path(found, name, command)
    if (found := _ONLY_MODULE.search(log)) and source(found["module"], command.cwd):
        module = found["module"]
        whole = f"{module}:{next(iter(offered(module, command.cwd)), 'app')}"
        return Diagnosis(
            f"The command names a module, {module!r}, and no application in it.",
            f"write both, such as {command.typed.replace(module, whole, 1)}",
        )
    if _NONE.search(log) and not any(word[0].isalpha() for word in command.arguments if word):
        return Diagnosis(
            "The command does not say which application to serve.",
            f"name a module, a colon, and the application in it: {command.typed} shop:app",
        )
    return None


def _is_not_found(path: Path, log: str) -> bool:
    """Whether a log says so of what a path names: some servers take one, and may miss something else."""
    names = "|".join(map(re.escape, (str(path), str(path.with_suffix("")), path.stem)))
    said = r"(?:No module named|[Cc]ould not import(?: module)?|invalid format:)"
    return bool(re.search(rf"{said} ['\"](?:{names})['\":]", log))


def _by_path(found: re.Match[str], name: str, command: Command) -> Diagnosis:
    """Say which module a path is, if it is one."""
    path = Path(found["path"])
    folder = command.cwd / path.parent
    module = ".".join(path.with_suffix("").parts)
    if source(module, command.cwd):
        line = command.typed.replace(found["path"], module, 1)
        advice = f"write {line}"
    elif source(path.stem, folder):
        line = command.typed.replace(found["path"], path.stem, 1)
        advice = f"start it where the module is: {call(line, cwd=shown_folder(folder))}"
    else:
        return Diagnosis(
            f"There is no file {str(path)!r} in {command.cwd}.", "correct its name, or say where it is: cwd=."
        )
    return Diagnosis(f"The command names a path, {found['path']!r}, and {name} wants a module.", advice)
