"""What a Python module offers to a server, found without importing it."""

import ast
import difflib
import re
import sys
from importlib.machinery import PathFinder
from pathlib import Path

from labapp.servers.diagnosis.tracebacks import place_of

_MOST = 50  # Modules of a folder that are read.
_USUAL = {"app", "application", "create_app", "make_app"}
_MAKER = re.compile(r"(?:create|make|build|get)_(?:\w+_)?app(?:lication)?$")
_CLASS = re.compile(
    r"(?:app|application|flask|fastapi|starlette|quart|bottle|litestar|sanic|falcon|middleware|proxyfix)$",
    re.IGNORECASE,
)


def close_modules(name: str, cwd: Path) -> list[str]:
    """Return modules of the working directory (and `labapp`) whose names are close to a mistaken one."""
    here = {path.stem for path in cwd.glob("*.py")} | {path.parent.name for path in cwd.glob("*/__init__.py")}
    return difflib.get_close_matches(name, {*here, "labapp"}, n=3, cutoff=0.6)


def source(name: str, cwd: Path) -> ast.Module | None:
    """Return the source of a module that a server started in `cwd` would import; None if there is none."""
    try:
        return ast.parse(Path(_origin(name, cwd)).read_text())
    except (OSError, SyntaxError, ValueError):
        return None


def _origin(name: str, cwd: Path) -> str:
    """Return the file of such a module; empty if there is none."""
    path, origin = [str(cwd), *sys.path], ""
    for part in name.split("."):
        spec = PathFinder.find_spec(part, path)
        if spec is None:
            return ""
        path, origin = list(spec.submodule_search_locations or []), spec.origin or ""
    return origin


def offered(name: str, cwd: Path) -> list[str]:
    """Return what a module offers to be served, as one would type it: `app`, `create_app()`.

    That is what is called so, or looks like an application or like what makes one; no view, no number.
    """
    names: dict[str, bool] = {}
    module = source(name, cwd)
    for node in module.body if module else []:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names |= _of_function(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            written = [target.id for target in targets if isinstance(target, ast.Name)]
            names |= dict.fromkeys(written, _is_one(node.value, names))
        elif isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name: False for alias in node.names}
    likely = [found for found in names if found.rstrip("()") in _USUAL]
    return likely or [found for found, fits in names.items() if fits and not found.startswith("_")][:3]


def serving(cwd: Path) -> list[str]:
    """Return what the modules of a folder offer to be served: `shop:app`."""
    names = sorted(path.stem for path in cwd.glob("*.py"))[:_MOST]
    return [
        f"{name}:{found}" for name in names for found in offered(name, cwd) if found.rstrip("()") in _USUAL
    ]


def offered_within(package: str, cwd: Path) -> list[str]:
    """Return what the modules of a package offer to be served: `shop.wsgi:app`."""
    folder = cwd / package.replace(".", "/")
    names = [f"{package}.{path.stem}" for path in sorted(folder.glob("*.py")) if path.stem != "__init__"]
    return [
        f"{name}:{found}" for name in names for found in offered(name, cwd) if found.rstrip("()") in _USUAL
    ]


def _of_function(function: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, bool]:
    """Return what a function is as an application: a callable of WSGI or ASGI, or what makes one."""
    if function.decorator_list:
        return {}
    if (required := _required(function)) == 0:
        makes = _MAKER.match(function.name) or any(map(_makes_one, ast.walk(function)))
        return {f"{function.name}()": bool(makes)}
    return {function.name: required == (3 if isinstance(function, ast.AsyncFunctionDef) else 2)}


def _is_one(value: ast.expr, names: dict[str, bool]) -> bool:
    """Whether what is assigned is an application: made by what makes one, or another name of one."""
    if isinstance(value, ast.Name):
        return names.get(value.id, False)
    return _makes_one(value) or (isinstance(value, ast.Lambda) and len(value.args.args) == 2)


def _makes_one(node: ast.AST) -> bool:
    """Whether this is a call of what makes applications, by its name: `Flask(…)`."""
    return isinstance(node, ast.Call) and bool(_CLASS.search(_last_name(node.func)))


def first_call(name: str, cwd: Path, functions: frozenset[str]) -> str:
    """Return where a module first calls one of these functions or methods, by their last names.

    It is `shop.py, line 3`, or nothing.
    """
    module = source(name, cwd)
    found = [node for node in ast.walk(module) if isinstance(node, ast.Call)] if module else []
    lines = [node.lineno for node in found if _last_name(node.func) in functions]
    return place_of(_origin(name, cwd), min(lines)) if lines else ""


def _last_name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _required(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many arguments it must be given by position."""
    return len(function.args.posonlyargs) + len(function.args.args) - len(function.args.defaults)
