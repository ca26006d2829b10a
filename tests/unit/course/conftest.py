"""Two tiny lessons, composed, with the outputs that running them would give."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from support.places import PAIR

from labapp.course.contract import RUN, Book, digest
from labapp.course.lesson import Page, compose, dumps, find_lessons


def result(**data: str) -> dict[str, Any]:
    return {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": data}


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


SAID: dict[str, list[dict[str, Any]]] = {
    "1 + 1": [result(**{"text/plain": "2"})],
    "import time": [stream("12.5\n")],
    "1 / 0": [
        {
            "output_type": "error",
            "ename": "ZeroDivisionError",
            "evalue": "division by zero",
            "traceback": ["ZeroDivisionError: division by zero"],
        }
    ],
    "from types import SimpleNamespace\n\nfrom labapp.course.quiz import Quiz\n\n"
    'lab = SimpleNamespace(servers=list)\nquiz = Quiz("01-second")\nlen': [result(**{"text/plain": "3"})],
}


def run(page: Page) -> None:
    """Give a page's cells the outputs that a kernel would give."""
    count = 0
    for cell in page.notebook.cells:
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            said = (outputs for start, outputs in SAID.items() if cell.source.startswith(start))
            cell.outputs = nbformat.from_dict(next(said, []))
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = count
    page.notebook.metadata[RUN] = digest(page.notebook)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with two lessons, not built."""
    shutil.copytree(PAIR / "lessons", tmp_path / "lessons")
    (tmp_path / "notebooks").mkdir()
    return tmp_path


@pytest.fixture
def pages(root: Path) -> list[Page]:
    """Both lessons as composed now, and built notebooks on disk that agree with them."""
    pages = compose(find_lessons(root))
    for page in compose(find_lessons(root)):
        run(page)
        page.lesson.target.write_text(dumps(page.notebook))
    return pages


@pytest.fixture
def book(pages: list[Page]) -> Book:
    """The first lesson, built: it holds the whole contract."""
    return Book.of(pages[0])
