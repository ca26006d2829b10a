"""The notebook says what its lesson says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from nbformat import NotebookNode

from labapp.course.contract.book import Book, Finding
from labapp.course.contract.one_run import RUN

_REBUILD = "run `make notebooks`"


def says_what_the_lesson_says(book: Book) -> Iterator[Finding]:
    """The built notebook equals, outputs aside, what the lesson composes to."""
    if book.page is None or book.notebook is None:
        return
    composed = book.page.notebook
    for index, (built, meant) in enumerate(zip_longest(book.cells, composed.cells)):
        if built is None:
            yield None, f"lacks the cell of {book.page.place(index)}: {_REBUILD}"
        elif meant is None:
            yield index, f"is not in {book.source}: {_REBUILD}"
        elif _said(built) != _said(meant):
            yield index, f"differs from {book.page.place(index)}: {_REBUILD}"
        else:
            continue
        # What follows the first difference is only shifted.
        return
    if _described(book.notebook) != _described(composed):
        yield None, f"its metadata is not what the build writes: {_REBUILD}"


def _said(cell: NotebookNode) -> dict[str, Any]:
    return {key: value for key, value in cell.items() if key not in ("outputs", "execution_count")}


def _described(notebook: NotebookNode) -> dict[str, Any]:
    """Return a notebook's metadata; which run gave it its outputs is no part of the lesson."""
    return {key: value for key, value in notebook.metadata.items() if key != RUN}
