"""What a reader may leave out is needed by nobody who goes on."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from labapp.course.contract.book import Book, Finding
from labapp.course.contract.code import parse
from labapp.course.lesson import Section


def is_needed_by_nobody(book: Book) -> Iterator[Finding]:
    """No section uses a name that only an optional section before it has given a meaning."""
    known: set[str] = set()
    left_out: dict[str, Section] = {}
    for section in book.outline.sections:
        for index in section.cells:
            cell = book.cells[index]
            tree = parse(cell.source) if cell.cell_type == "code" else None
            if tree is None:
                continue
            bound, used = _names(tree)
            if section.optional:
                left_out |= dict.fromkeys(bound, section)
                continue
            known |= bound
            for name in sorted(used & left_out.keys() - known):
                title = left_out[name].title
                yield index, f"uses `{name}`, which only “{title}” has made: a reader may leave that out"


def _names(tree: ast.Module) -> tuple[set[str], set[str]]:
    """Return the names that a cell gives a meaning to, in whatever scope, and those that it uses."""
    bound, used = set(), set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                used.add(name)
            case ast.Name(id=name) | ast.arg(arg=name):
                bound.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                bound.add(name)
            case ast.alias(name=name, asname=other):
                bound.add(other or name.partition(".")[0])
            case ast.ExceptHandler(name=str(name)):
                bound.add(name)
    return bound, used
