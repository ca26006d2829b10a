"""What a lesson's code never does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from IPython.core.inputtransformer2 import TransformerManager

from labapp.course.contract.book import Book, Finding

# Magics that run the code beside or below them.
_RUNNING = re.compile(r"^\s*%%?(?:time|timeit|capture)\b[ \t]*", re.MULTILINE)
_SLEEPERS = {"time", "asyncio", "gevent"}
_STARTERS = {"Thread", "Timer", "submit", "map", "to_thread", "run_in_executor", "start_new_thread", "spawn"}


def parse(source: str) -> ast.Module | None:
    """Return a cell's syntax tree, its magics translated; None if it is not Python, which may be meant."""
    try:
        return ast.parse(TransformerManager().transform_cell(_RUNNING.sub("", source)))  # type: ignore[no-untyped-call]
    except SyntaxError:
        return None


def waits_for_conditions(book: Book) -> Iterator[Finding]:
    """No cell sleeps: it waits for a condition, with a timeout."""
    imported: set[str] = set()
    for index, tree in _trees(book):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module in _SLEEPERS:
                imported |= {alias.asname or alias.name for alias in node.names if alias.name == "sleep"}
        for call in _calls(tree):
            named = isinstance(call.func, ast.Name) and call.func.id in imported
            if named or (_name(call.func) == "sleep" and _owner(call.func) in _SLEEPERS):
                yield index, f"sleeps ({ast.unparse(call)}): wait for a condition instead"


def never_clears_output(book: Book) -> Iterator[Finding]:
    """No cell calls `clear_output`: nbval cannot follow it, and the evidence is gone."""
    for index, tree in _trees(book):
        for call in _calls(tree):
            if _name(call.func) == "clear_output":
                yield index, "calls clear_output: show each result once"


def never_prints_from_a_thread(book: Book) -> Iterator[Finding]:
    """No function given to a thread prints: the text would land in whichever cell runs then."""
    printing: set[str] = set()
    for index, tree in _trees(book):
        printing |= {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _prints(node)
        }
        for call in _calls(tree):
            if _name(call.func) not in _STARTERS:
                continue
            for given in [*call.args, *(keyword.value for keyword in call.keywords)]:
                named = isinstance(given, ast.Name) and given.id in {*printing, "print"}
                if named or (isinstance(given, ast.Lambda) and _prints(given)):
                    yield (
                        index,
                        f"prints from a thread ({ast.unparse(given)}): collect, and print after it ended",
                    )


def _trees(book: Book) -> Iterator[tuple[int, ast.Module]]:
    for index, cell in book.code():
        tree = parse(cell.source)
        if tree is not None:
            yield index, tree


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _prints(tree: ast.AST) -> bool:
    return any(_name(call.func) == "print" for call in _calls(tree))


def _name(function: ast.expr) -> str:
    """Return the last part of a called name: "sleep" for `time.sleep`."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _owner(function: ast.expr) -> str:
    """Return what stands before the dot: "time" for `time.sleep`."""
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return function.value.id
    return ""
