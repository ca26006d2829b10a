"""Which statements of a notebook others depend on."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterable, Iterator

_MAKES = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_BLOCKS = (ast.With, ast.For, ast.If, ast.Try)


def needed(statements: Iterable[ast.stmt], wanted: set[str]) -> list[ast.stmt]:
    """Return the statements that bind the names `wanted`, and those on which these depend, in their order."""
    wanted, kept = set(wanted), []
    for statement in reversed(list(statements)):
        if wanted & bound(statement):
            kept.append(statement)
            # What the names stood for before is of no interest any more.
            wanted = wanted - bound(statement) | _used_before(statement)
    return kept[::-1]


def variables(statements: Iterable[ast.stmt]) -> set[str]:
    """Return the names that statements bind to other things than modules, functions and classes."""
    return {name for each in statements if not isinstance(each, _MAKES) for name in bound(each)}


def bound(code: ast.AST) -> set[str]:
    """Return the names that code binds in its notebook."""
    return {each.get_name() for each in _top(code).get_symbols() if each.is_assigned() or each.is_imported()}


def used(code: ast.AST) -> set[str]:
    """Return the names that code looks up in its notebook, in functions as well."""
    top = _top(code)
    return {
        each.get_name()
        for table in _tables(top)
        for each in table.get_symbols()
        if each.is_referenced() and (table is top or each.is_global())
    }


def _used_before(statement: ast.stmt) -> set[str]:
    """Return the names that must be there before a statement: what a block binds, it looks up afterwards."""
    return used(statement) - bound(statement) if isinstance(statement, _BLOCKS) else used(statement)


def _top(code: ast.AST) -> symtable.SymbolTable:
    return symtable.symtable(ast.unparse(code), "<cell>", "exec")


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _tables(child)
