"""A notebook's outputs are those of one run: no reader meets two ports of one server on one page."""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from nbformat import NotebookNode

from labapp.course.contract.book import Book, Finding
from labapp.course.contract.code import parse

# The notebook's metadata that tells which outputs one run gave it.
RUN = "run"
_REBUILD = "run `make notebooks`"
_STARTERS = ("lab.launch", "lab.nginx")
_ADDRESS = re.compile(r"(?:answers at|Listening at:) (?:http://)?(\S+?:\d+)\b")
_MASTER = re.compile(r"answers at \S+; master (\d+)|Listening at: \S+ \((\d+)\)")
# What may put another master in the first one's place.
_RENEWS = (".signal(", ".reload(", "os.kill")


def digest(notebook: NotebookNode) -> str:
    """Return what stands for all outputs of a notebook and their numbers, and changes with any of them."""
    shown = [(cell.execution_count, cell.outputs) for cell in notebook.cells if cell.cell_type == "code"]
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]


def is_of_one_run(notebook: NotebookNode) -> bool:
    """Whether its outputs are all, and only, those that the build wrote at once."""
    return bool(notebook.metadata.get(RUN) == digest(notebook))


def outputs_are_of_one_run(book: Book) -> Iterator[Finding]:
    """No output was replaced, added or removed since a run wrote them all."""
    ran = any(cell.execution_count is not None for _, cell in book.code())
    if book.notebook is not None and ran and not is_of_one_run(book.notebook):
        yield None, f"its outputs are not those that one run wrote: {_REBUILD}"


def results_carry_the_number_of_their_cell(book: Book) -> Iterator[Finding]:
    """The number beside a result is that of the cell: another is of another run."""
    for index, cell in book.code():
        for output in cell.outputs:
            number = output.get("execution_count", cell.execution_count)
            if number != cell.execution_count:
                yield index, f"is number {cell.execution_count}, and its result number {number}: {_REBUILD}"


def a_server_has_one_address_and_one_master(book: Book) -> Iterator[Finding]:
    """What shows a server shows it where it was before, under the same master while nobody renewed it."""
    told: dict[str, dict[str, str]] = {}
    for index, cell in book.code():
        tree = parse(cell.source)
        if tree is None:
            continue
        for name in _launched(tree):
            told[name] = {}
        if any(way in cell.source for way in _RENEWS):
            for facts in told.values():
                facts.pop("master", None)
        spoken_of = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} & set(told)
        if len(spoken_of) != 1:
            continue  # Of none or of several: which of them an output is about cannot be told.
        (name,) = spoken_of
        for what, value in _facts(cell):
            before = told[name].setdefault(what, value)
            if before != value:
                yield index, f"shows {name} with {what} {value}, and with {before} before: {_REBUILD}"


def a_value_that_cannot_change_is_shown_alike(book: Book) -> Iterator[Finding]:
    """A name that was given a value once, a figure for one, shows the same wherever a cell ends in it."""
    parsed = [(index, cell, tree) for index, cell in book.code() if (tree := parse(cell.source))]
    given = Counter(_given([tree for _, _, tree in parsed]))
    told: dict[str, str] = {}
    for index, cell, tree in parsed:
        last = tree.body[-1] if tree.body else None
        # Of an attribute or an element nobody knows who may change it.
        if not isinstance(last, ast.Expr) or not isinstance(last.value, ast.Name | ast.Tuple):
            continue
        names = [node.id for node in ast.walk(last.value) if isinstance(node, ast.Name)]
        plain = all(isinstance(node, ast.Name | ast.Tuple | ast.Load) for node in ast.walk(last.value))
        if not plain or any(given[name] != 1 for name in names):
            continue
        shown = ast.unparse(last.value)
        for output in cell.outputs:
            said = str(output.get("data", {}).get("text/plain", ""))
            before = told.setdefault(shown, said) if _cannot_change(said) else said
            if before != said:
                yield index, f"shows {shown} as {said}, and as {before} before: {_REBUILD}"


def _given(trees: Iterable[ast.Module]) -> Iterator[str]:
    """Yield each name as often as a statement gives it a value; what is global to a function, once more."""
    for node in (node for tree in trees for node in ast.walk(tree)):
        match node:
            case (
                ast.Name(id=name, ctx=ast.Store())
                | ast.alias(name=name, asname=None)
                | ast.alias(asname=name)
            ):
                yield name or ""
            case ast.Global(names=names):
                yield from names


def _cannot_change(said: str) -> bool:
    """Whether an output is that of a number, a text, or a tuple of such: an object that stays as it is."""
    try:
        hash(ast.literal_eval(said))
    except (ValueError, SyntaxError, TypeError):
        return False
    return True


def _launched(tree: ast.Module) -> Iterator[str]:
    """Yield the names that a cell gives to servers which it starts."""
    for node in ast.walk(tree):
        given: list[tuple[ast.expr | None, list[ast.expr]]] = []
        if isinstance(node, ast.Assign):
            given = [(node.value, node.targets)]
        elif isinstance(node, ast.With):
            given = [(item.context_expr, [item.optional_vars]) for item in node.items if item.optional_vars]
        for value, targets in given:
            if isinstance(value, ast.Call) and ast.unparse(value.func) in _STARTERS:
                yield from (target.id for target in targets if isinstance(target, ast.Name))


def _facts(cell: NotebookNode) -> Iterator[tuple[str, str]]:
    """Yield what a cell's outputs say of the server they show."""
    for output in cell.outputs:
        said = str(output.get("text", "") or output.get("data", {}).get("text/plain", ""))
        yield from (("address", found) for found in _ADDRESS.findall(said))
        yield from (("master", one or other) for one, other in _MASTER.findall(said))
