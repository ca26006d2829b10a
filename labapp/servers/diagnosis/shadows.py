"""A learner's file that hides a module which others import."""

import re
import sys
from importlib.machinery import PathFinder
from pathlib import Path

from labapp.servers.diagnosis.failure import Diagnosis

_MISSED = re.compile(
    r"(?:AttributeError: (?:partially initialized )?module '(?P<module>\w+)[\w.]*'.* has no attribute"
    r"|ImportError: cannot import name '\w+' from (?:partially initialized module )?'(?P<source>\w+)"
    r"|ModuleNotFoundError: No module named '(?P<package>\w+)\.[\w.]+'; '\w+' is not a package)"
)


def shadowed(log: str, cwd: Path) -> Diagnosis | None:
    """Return which file of a directory hides a module of Python's or of a package; None if none does."""
    for found in _MISSED.finditer(log):
        name = next(filter(None, found.groups()))
        file = next(
            (path for path in (cwd / f"{name}.py", cwd / name / "__init__.py") if path.exists()), None
        )
        if not file or not (whose := _owner(name, cwd)):
            continue
        own = file.relative_to(cwd)
        return Diagnosis(
            f"The file {own} hides {whose} {name!r}, which other modules import.",
            f"give {own} another name: where a server starts, modules are looked for first.",
        )
    return None


def _owner(name: str, cwd: Path) -> str:
    """Return whose module it is that a file of this directory hides; nothing if it hides none."""
    if name in sys.stdlib_module_names:
        return "Python's own module"
    path = [entry for entry in sys.path if entry and Path(entry).resolve() != cwd.resolve()]
    spec = PathFinder.find_spec(name, path)
    return "the package" if spec and spec.origin else ""
