"""Where a module is that was not found where it was looked for, and the launch that finds it."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from labapp.servers.command import Command, call, shown_folder
from labapp.servers.diagnosis.failure import Diagnosis

_DEPTH = 3  # Folders below the one where a server starts, and above it.
_MOST = 2000  # Folders that are looked at.
_OTHERS = frozenset({"node_modules", "site-packages", "__pycache__"})


def folder_of(module: str, base: Path) -> Path | None:
    """Return the folder nearest to another from which a module can be imported; None if there is none."""
    path = Path(*module.split("."))
    for folder in (*_below(base), *list(base.parents)[:_DEPTH]):
        if (folder / path).with_suffix(".py").is_file() or (folder / path / "__init__.py").is_file():
            return folder
    return None


def _below(base: Path) -> Iterator[Path]:
    """Yield the folders below one, the nearest first; none that holds the packages of an environment."""
    found = [base]
    for folder in found:
        if len(found) > _MOST or len(folder.relative_to(base).parts) >= _DEPTH:
            break
        try:
            entries = sorted(
                entry.path for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False)
            )
        except OSError:
            continue
        found += [
            path
            for path in map(Path, entries)
            if path.name not in _OTHERS and path.name[0] != "." and not (path / "pyvenv.cfg").exists()
        ]
    yield from found


def elsewhere(name: str, folder: Path, command: Command) -> Diagnosis:
    """Say where the module is that a command names."""
    where = _from_start(folder, command)
    return Diagnosis(
        f"There is no module {name!r} where {command.name} starts: it is in {where}.",
        f"start it there: {call(command.typed, cwd=shown_folder(folder))}",
    )


def neighbour(name: str, place: str, folder: Path, command: Command, who: str) -> Diagnosis:
    """Say that a module lies where imports do not look, though beside the one that imports it perhaps."""
    where = _from_start(folder, command)
    package = ".".join(folder.relative_to(command.cwd).parts) if folder.is_relative_to(command.cwd) else ""
    inside = package and f"{package}." in command.typed
    line = command.typed.replace(f"{package}.", "", 1) if inside else command.typed
    there = (
        call(line, cwd=shown_folder(folder)) if inside else call(line, env={"PYTHONPATH": where.rstrip("/")})
    )
    return Diagnosis(
        f"{who} imports {name!r} ({place}), which is in {where}: modules are not looked for there.",
        f"{'start it there' if inside else 'add that to where they are looked for'}: {there}",
    )


def without_package(file: Path, place: str, command: Command) -> Diagnosis:
    """Say that a module which imports from its own package was imported without it."""
    top = file.parent.parent
    named = re.search(rf"(?<![\w.])(?:\w+\.)*{re.escape(file.stem)}(?![\w.])", command.typed)
    while (top / "__init__.py").exists() or (named and _module(file, top) == named[0]):
        top = top.parent
    whole = _module(file, top)
    summary = f"{place} imports from its own package, and was imported without it"
    without = "write the import without its dot, if the file is to stand by itself."
    if not named or not all(part.isidentifier() for part in whole.split(".")):
        return Diagnosis(f"{summary}.", without)
    line = f"{command.typed[: named.start()]}{whole}{command.typed[named.end() :]}"
    return Diagnosis(
        f"{summary}, as {named[0]!r}.",
        f"start further up, where it is {whole}: {call(line, cwd=shown_folder(top))}; or {without}",
    )


def _module(file: Path, top: Path) -> str:
    return ".".join(file.with_suffix("").relative_to(top).parts)


def _from_start(folder: Path, command: Command) -> str:
    """Return a folder as it is seen from where a command starts."""
    return f"{os.path.relpath(folder, command.cwd)}/"
