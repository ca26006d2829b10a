"""Notebooks as files and as values: the one way in which they are read, made and written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import nbformat
from nbformat import NotebookNode

# Every build writes the same, whatever Python ran it: no version of anything.
_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
# The course's kernels say the same of themselves (setup/ipython_kernel_config.py): JupyterLab writes it into
# any notebook that it opens, and marks one as changed that says something else.
_LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": "3",
}


def new_notebook(cells: Sequence[NotebookNode], metadata: dict[str, Any]) -> NotebookNode:
    """Return a notebook for Python 3 with these cells, and `metadata` beside the kernel's."""
    return _node(
        {
            "cells": list(cells),
            "metadata": {"kernelspec": _KERNEL, "language_info": _LANGUAGE, **metadata},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def new_cell(kind: str, text: str, name: str, metadata: dict[str, Any]) -> NotebookNode:
    """Return a cell of `kind` "markdown", "code" or "raw", whose id is `name`."""
    code: dict[str, Any] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return _node({"cell_type": kind, "id": name, "metadata": metadata, "source": text, **code})


def loads(text: str) -> NotebookNode:
    """Return the notebook that `text` holds."""
    return cast("NotebookNode", nbformat.reads(text, as_version=4))  # type: ignore[no-untyped-call]


def load(path: Path) -> NotebookNode:
    """Return the notebook in a file; raise OSError if there is none."""
    return loads(path.read_text(encoding="utf-8"))


def dumps(notebook: NotebookNode) -> str:
    """Return a notebook's text."""
    return str(nbformat.writes(notebook)) + "\n"  # type: ignore[no-untyped-call]


def _node(plain: dict[str, Any]) -> NotebookNode:
    return cast("NotebookNode", nbformat.from_dict(plain))  # type: ignore[no-untyped-call]
