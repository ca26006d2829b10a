"""Every lesson is built, agrees with its notebook and holds the contract."""

from __future__ import annotations

import pytest
from strict import ROOT

from labapp.course.compose import Page, compose
from labapp.course.contract import Book, check
from labapp.course.source import find_lessons

PAGES = compose(find_lessons(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.lesson.name)
def test_holds_the_contract(page: Page) -> None:
    if violations := check(Book.of(page)):
        pytest.fail("\n".join(map(str, violations)), pytrace=False)


def test_every_notebook_has_its_lesson() -> None:
    built = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert built == {page.lesson.name for page in PAGES}


def test_the_readme_lists_every_lesson_with_its_minutes() -> None:
    listed = [line for line in (ROOT / "README.md").read_text().splitlines() if "](notebooks/" in line]
    due = []
    for page in PAGES:
        lesson, what = page.lesson.name, Book.of(page).outline
        due.append(f"| [{lesson[:2]}](notebooks/{lesson}.ipynb) | {what.title} | {what.minutes} |")
    assert listed == due
