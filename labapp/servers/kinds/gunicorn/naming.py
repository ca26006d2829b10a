"""What is wrong with the way in which a command names its application: by a file, a folder, half a name."""

import re
from pathlib import Path

from labapp.servers.command import Command, call, shown_folder
from labapp.servers.diagnosis import Diagnosis, offered, source

# What is written before the colon, if there is one, where Gunicorn could not make a module of it.
_NO_MODULE = re.compile(
    r"the 'package' argument is required to perform a relative import for '(?P<dotted>[^']+)'"
    r"|No module named '(?P<path>[^']*/[^']*)'"
    r"|No module named '(?P<attribute>(?P<module>[\w.]+)\.(?!py')\w+)'; '(?P=module)' is not a package"
    r"|Failed to find application, did you mean '(?P<file>[^']+)'"
)


def misnamed(log: str, command: Command) -> Diagnosis | None:
    """Return how the application is named rightly; None if nothing is wrong with its name."""
    if "Failed to parse '' as an attribute name" in log:
        word = next((word for word in command.own if re.fullmatch(r"[\w.]+:", word)), "")
        return _half(
            word, "no application after its colon", command, f"{word}{_first(word[:-1], command.cwd)}"
        )
    if "ValueError: Empty module name" in log:
        word = next((word for word in command.own if re.fullmatch(r":\w.*", word)), "")
        return _half(word, "no module before its colon", command, f"shop{word}")
    if not (found := _NO_MODULE.search(log)):
        return None
    if found["attribute"] in command.own:
        module = found["module"]
        name = f"{module}:{found['attribute'].removeprefix(f'{module}.')}"
        return _half(found["attribute"], "a module within a module, and there is none", command, name)
    written = found["dotted"] or found["path"]
    words = (word for word in command.own[1:] if not word.startswith("-"))
    if word := next((word for word in words if word.split(":")[0] == written or ".py" in word), ""):
        return _file(word, command)
    return None


def _half(word: str, what: str, command: Command, name: str) -> Diagnosis:
    line = command.typed.replace(word, name, 1)
    return Diagnosis(f"{word!r} names {what}.", f"write both, such as {line}")


def _file(word: str, command: Command) -> Diagnosis:
    """Say that a command names a file, or a path, and which module that is."""
    written, _, attribute = word.partition(":")
    path = Path(written if "/" in written else written.lstrip("."))
    folder, module = (command.cwd / path).parent, path.name.removesuffix(".py")
    if not folder.is_dir() and source(dotted := ".".join(path.with_suffix("").parts), command.cwd):
        folder, module = command.cwd, dotted  # Of a package that is installed.
    name = f"{module}:{attribute or _first(module, folder)}"
    name = f'"{name}"' if "(" in name and f'"{word}' not in command.typed else name
    line = command.typed.replace(word, name, 1)
    there = folder.resolve() != command.cwd.resolve() and folder.is_dir()
    return Diagnosis(
        f"The command names a file or a path, {word!r}, and Gunicorn wants a module.",
        f"start it where the module is: {call(line, cwd=shown_folder(folder))}" if there else f"write {line}",
    )


def _first(module: str, folder: Path) -> str:
    """Return what a module offers first."""
    return next(iter(offered(module, folder)), "app")
