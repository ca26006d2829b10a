"""Every notebook is built, agrees with its source and holds its contract."""

from __future__ import annotations

import re

import pytest
from support.places import ROOT

from labapp.course.build.notebook_sets import NotebookSet, notebook_sets
from labapp.course.contract import Book
from labapp.course.lesson import Page

SETS = notebook_sets(ROOT)
ROW = re.compile(r"\| \[\d\d\]\(notebooks/")
PAGES = [(kind, page) for kind in SETS for page in kind.pages]


@pytest.mark.parametrize(("kind", "page"), PAGES, ids=[page.name for _, page in PAGES])
def test_holds_the_contract(kind: NotebookSet, page: Page) -> None:
    if violations := kind.check(page):
        pytest.fail("\n".join(map(str, violations)), pytrace=False)


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
