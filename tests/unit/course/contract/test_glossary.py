from pathlib import Path

import pytest

from labapp.course.build.notebook_sets import compose_glossary
from labapp.course.contract.book import Book
from labapp.course.contract.glossary import (
    Glossary,
    every_term_is_met,
    links_terms_where_they_first_appear,
)
from labapp.course.folders import LessonError
from labapp.course.lesson import Lesson, Page, compose, dumps

GLOSSARY = """\
# Glossary

Words that mean one thing here.

## listening socket

A socket that connections can be made to.

## socket

One end of a conversation.

## worker

A process that runs the application.

Also: worker process, serving process.

## WSGI

How a server calls an application.
"""


def write(folder: Path, lesson: str, glossary: str = GLOSSARY) -> Book:
    place = folder / "lessons" / "01-first"
    place.mkdir(parents=True, exist_ok=True)
    (folder / "lessons" / "glossary.md").write_text(glossary)
    (place / "lesson.md").write_text(lesson)
    [page] = compose([Lesson(place.name, place / "lesson.md", folder / "notebooks" / "01-first.ipynb")])
    return book_of(page)


def book_of(page: Page) -> Book:
    return Book(page.lesson.target, page.notebook, page)


def findings(book: Book) -> list[str]:
    return [message for _, message in links_terms_where_they_first_appear(book)]


def test_a_first_use_must_be_a_link_and_later_ones_need_not(tmp_path: Path) -> None:
    assert findings(write(tmp_path, "A [worker](glossary.ipynb#worker) waits.\n\nThe worker works.")) == []
    assert findings(write(tmp_path, "A worker waits.\n\nThe [worker](glossary.ipynb#worker) works.")) == [
        "uses “worker” for the first time: write [worker](glossary.ipynb#worker)"
    ]


@pytest.mark.parametrize(
    ("prose", "said"),
    [
        ("Two workers wait.", "[workers](glossary.ipynb#worker)"),
        ("Two *Workers* wait.", "[Workers](glossary.ipynb#worker)"),
        ("A **worker process** waits.", "[worker process](glossary.ipynb#worker)"),
        ("Two serving\nprocesses wait.", "[serving processes](glossary.ipynb#worker)"),
        ("- One listening socket", "[listening socket](glossary.ipynb#listening-socket)"),
        ("It speaks WSGI.", "[WSGI](glossary.ipynb#WSGI)"),
        ("> It speaks wsgi", "[wsgi](glossary.ipynb#WSGI)"),
    ],
)
def test_a_term_is_known_in_every_form(tmp_path: Path, prose: str, said: str) -> None:
    [message] = findings(write(tmp_path, prose))
    assert message.endswith(f"write {said}")


@pytest.mark.parametrize(
    "prose",
    [
        "# The worker",
        "## Two workers",
        "| You need |\n|---|\n| a worker |",
        "`worker` and `the worker`",
        "```\na worker\n```",
        "A non-worker, a worker-like coworker, working.",
        "See [what a worker does](02-second.ipynb).",
        '+++ {"slideshow": {"slide_type": "notes"}}\n\nAsk who the worker is.',
        '+++ {"tags": ["contents"]}\n\nWhat a worker does.',
    ],
)
def test_what_is_no_use_in_prose_needs_no_link(tmp_path: Path, prose: str) -> None:
    assert findings(write(tmp_path, f"Here is a beginning.\n\n{prose}")) == []


def test_a_longer_term_is_no_use_of_a_shorter_one(tmp_path: Path) -> None:
    linked = "A [listening socket](glossary.ipynb#listening-socket) is one."
    assert findings(write(tmp_path, linked)) == []
    assert len(findings(write(tmp_path, f"{linked} A socket, too."))) == 1


def test_a_finding_names_its_cell(tmp_path: Path) -> None:
    book = write(tmp_path, "# Title\n\n## Section\n\nA worker waits.")
    [(index, _)] = links_terms_where_they_first_appear(book)
    assert index == 1


def test_without_a_glossary_there_is_no_rule(tmp_path: Path) -> None:
    book = write(tmp_path, "A worker waits.")
    (tmp_path / "lessons" / "glossary.md").unlink()
    assert findings(book) == []
    assert compose_glossary(tmp_path) == []


def test_terms_that_no_lesson_uses_are_named(tmp_path: Path) -> None:
    book = write(tmp_path, "A worker has a socket.")
    glossary = Glossary.read(tmp_path / "lessons" / "glossary.md")
    assert glossary.unused([book]) == ["listening socket", "WSGI"]

    book.path.parent.mkdir()
    book.path.write_text(dumps(book.page.notebook))
    said = [message for _, message in every_term_is_met(book_of(*compose_glossary(tmp_path)))]
    assert said == [f"explains '{term}', which no lesson uses" for term in ("listening socket", "WSGI")]


def test_the_glossary_is_a_page_whose_headings_are_the_anchors(tmp_path: Path) -> None:
    write(tmp_path, "A beginning.")
    [page] = compose_glossary(tmp_path)
    assert page.lesson.target == tmp_path / "notebooks" / "glossary.ipynb"
    assert page.notebook.metadata.title == "Glossary"
    headed = [cell.source.splitlines()[0] for cell in page.notebook.cells if cell.source.startswith("## ")]
    assert headed == ["## listening socket", "## socket", "## worker", "## WSGI"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("## b\n\nB.\n\n## a\n\nA.\n", "5: 'a' belongs before 'b'"),
        ("## a\n\nA.\n\n## A\n\nA.\n", "5: 'A' belongs before 'a'"),
        ("## a\n\n## b\n\nB.\n", "1: 'a' is not explained"),
        ("## a\n\nAlso: b\n", "1: 'a' is not explained"),
        ("## `fork`\n\nA.\n", "1: '`fork`': a term has letters, digits, spaces and hyphens"),
    ],
)
def test_what_is_amiss_is_named_with_its_line(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "glossary.md"
    path.write_text(text)
    with pytest.raises(LessonError) as raised:
        Glossary.read(path)
    assert str(raised.value) == f"{path}:{problem}"
