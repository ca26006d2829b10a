"""Which statements of a notebook a question depends on: the others demonstrate something, and take time."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterable, Iterator

_FIXED = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_BINDS = (*_FIXED, ast.Assign, ast.AnnAssign)


def needed(statements: Iterable[ast.stmt], wanted: set[str]) -> list[ast.stmt]:
    """Return the statements that make or change what is called by the names `wanted`, in their order.

    A statement changes a thing if it names it at all: `web.wait_until(workers=2)`. Modules, functions and
    classes are made, and not changed.
    """
    read = [(statement, *_names(statement)) for statement in statements]
    fixed = {name for statement, bound, _ in read if isinstance(statement, _FIXED) for name in bound}
    wanted, kept = set(wanted), []
    for statement, bound, used in reversed(read):
        if not wanted & (bound | used - fixed):
            continue
        kept.append(statement)
        if isinstance(statement, _BINDS):
            # Whatever the name stood for before is of no interest any more.
            wanted -= bound
        wanted |= used
    return kept[::-1]


def names(code: ast.AST) -> set[str]:
    """Return the names that code finds in its notebook."""
    return _names(code)[1]


def _names(code: ast.AST) -> tuple[set[str], set[str]]:
    """Return the names that a piece of code binds in its notebook, and those that it looks up there."""
    top = symtable.symtable(ast.unparse(code), "<cell>", "exec")
    bound = {each.get_name() for each in top.get_symbols() if each.is_assigned() or each.is_imported()}
    used = {
        each.get_name()
        for table in _tables(top)
        for each in table.get_symbols()
        if each.is_referenced() and (table is top or each.is_global())
    }
    return bound, used


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _tables(child)
