"""What a Python module offers to a server, found without importing it."""

import ast
import difflib
import sys
from importlib.machinery import PathFinder
from pathlib import Path

_USUAL = {"app", "application", "create_app", "make_app"}


def close_modules(name: str, cwd: Path) -> list[str]:
    """Return modules of the working directory (and `labapp`) whose names are close to a mistaken one."""
    here = {path.stem for path in cwd.glob("*.py")} | {path.parent.name for path in cwd.glob("*/__init__.py")}
    return difflib.get_close_matches(name, {*here, "labapp"}, n=3, cutoff=0.6)


def source(name: str, cwd: Path) -> ast.Module | None:
    """Return the source of a module that a server started in `cwd` would import; None if there is none."""
    path, origin = [str(cwd), *sys.path], ""
    for part in name.split("."):
        spec = PathFinder.find_spec(part, path)
        if spec is None:
            return None
        path, origin = list(spec.submodule_search_locations or []), spec.origin or ""
    try:
        return ast.parse(Path(origin).read_text())
    except (OSError, SyntaxError, ValueError):
        return None


def offered(name: str, cwd: Path) -> list[str]:
    """Return what a module offers to be served, as one would type it: `app`, `create_app()`."""
    names: list[str] = []
    module = source(name, cwd)
    for node in module.body if module else []:
        if isinstance(node, ast.FunctionDef):
            names.append(f"{node.name}()" if _is_factory(node) else node.name)
        elif isinstance(node, ast.Assign):
            names += [target.id for target in node.targets if isinstance(target, ast.Name)]
    likely = [found for found in names if found.rstrip("()") in _USUAL]
    return likely or [found for found in names if not found.startswith("_")][:3]


def calls(name: str, cwd: Path, functions: frozenset[str]) -> list[int]:
    """Return the lines of a module where it calls one of these functions or methods, by their last names."""
    module = source(name, cwd)
    found = [node for node in ast.walk(module) if isinstance(node, ast.Call)] if module else []
    return sorted(node.lineno for node in found if _last_name(node.func) in functions)


def _last_name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _is_factory(function: ast.FunctionDef) -> bool:
    """Whether it can be called without arguments, and so is no application itself (which takes two)."""
    required = len(function.args.posonlyargs) + len(function.args.args) - len(function.args.defaults)
    return required == 0
