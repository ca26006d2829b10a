"""Every notebook is built, agrees with its source and holds its contract."""

from __future__ import annotations

import json
import re

import nbformat
import pytest
from support.places import ROOT

from labapp.course.build.notebook_sets import NotebookSet, notebook_sets
from labapp.course.contract import Book, one_run
from labapp.course.lesson import Page

SETS = notebook_sets(ROOT)
ROW = re.compile(r"\| \[\d\d\]\(notebooks/")
LAST_FIGURE = re.compile(r"[0-9](?=[^0-9]*$)")
PAGES = [(kind, page) for kind in SETS for page in kind.pages]
EXECUTED = [(kind, page) for kind, page in PAGES if kind.executed]


@pytest.mark.parametrize(("kind", "page"), PAGES, ids=[page.name for _, page in PAGES])
def test_holds_the_contract(kind: NotebookSet, page: Page) -> None:
    if violations := kind.check(page):
        pytest.fail("\n".join(map(str, violations)), pytrace=False)


@pytest.mark.parametrize(("kind", "page"), EXECUTED, ids=[page.name for _, page in EXECUTED])
def test_no_output_can_be_that_of_another_run(kind: NotebookSet, page: Page) -> None:
    """So one measurement has one figure, wherever a page shows it: no cell's output was renewed alone."""
    assert one_run.outputs_are_of_one_run in kind.rules
    book = Book.of(page)
    figures = [cell for _, cell in book.code() if LAST_FIGURE.search(json.dumps(cell.outputs))]
    for cell in (figures[0], figures[len(figures) // 2], figures[-1]):
        before = cell.outputs
        other = LAST_FIGURE.sub(lambda figure: str((int(figure[0]) + 1) % 10), json.dumps(before))
        cell.outputs = nbformat.from_dict(json.loads(other))  # type: ignore[no-untyped-call]
        (refused,) = one_run.outputs_are_of_one_run(book)
        assert "not those that one run wrote" in refused[1]
        cell.outputs = before
    assert list(one_run.outputs_are_of_one_run(book)) == []


def test_every_notebook_has_its_source() -> None:
    built = {
        path for folder in ("notebooks", "solutions", "exercises") for path in (ROOT / folder).glob("*.ipynb")
    }
    assert built == {page.lesson.target for _, page in PAGES}


def test_the_readme_lists_every_lesson_with_its_minutes() -> None:
    listed = [line for line in (ROOT / "README.md").read_text().splitlines() if ROW.match(line)]
    due = []
    for page in (page for _, page in PAGES if re.match(r"notebooks/\d", page.name)):
        lesson, what = page.lesson.name, Book.of(page).outline
        times = f"{what.minutes} | {what.exercise_minutes or ''}"
        due.append(f"| [{lesson[:2]}](notebooks/{lesson}.ipynb) | {what.title} | {times} |")
    assert listed == due
