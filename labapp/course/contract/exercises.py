"""What the notebooks in solutions/ and exercises/ must hold, beside what every notebook must."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from labapp.course.contract.book import Book, Finding
from labapp.course.exercise import Question, questions
from labapp.course.folders import CHECKS, LESSON, LessonError
from labapp.course.lesson import headings

_CHECK = re.compile(r"(?m)^exercise\.check\((\d+)\b")
_SEEN = "Exercise {}.{}: pass"


def every_answer_passes(book: Book) -> Iterator[Finding]:
    """Each check in the notebook with the solutions shows a pass, and nothing else."""
    lesson = book.path.name[:2]
    for index, number in _checks(book):
        shown = [output.get("data", {}).get("text/plain") for output in book.cells[index].outputs]
        if shown != [_SEEN.format(lesson, number)]:
            said = str(shown[0]).splitlines()[0] if shown else "nothing"
            yield index, f"does not show that its solution passes; it shows {said}"


def every_question_is_asked(book: Book) -> Iterator[Finding]:
    """The notebook checks every question that checks.py declares, and no other."""
    asked = [number for _, number in _checks(book)]
    declared = [question.number for question in _questions(book)]
    if asked != declared:
        yield None, f"asks questions {asked}, and {CHECKS} declares {declared}"


def every_question_points_into_the_lesson(book: Book) -> Iterator[Finding]:
    """The section that a question sends its learner to is a heading of the lesson."""
    source = _source(book).parent / LESSON
    known = headings([source.read_text(encoding="utf-8")]) if source.is_file() else []
    for index, number in _checks(book):
        for question in _questions(book):
            if question.number == number and question.section not in known:
                yield index, f"sends its learner to “{question.section}”, which {source} has not"


def nothing_has_run(book: Book) -> Iterator[Finding]:
    """The learner's notebook has no outputs."""
    for index, cell in book.code():
        if cell.outputs or cell.execution_count is not None:
            yield index, "has been run: the learner's notebook is committed as it was built"


def _checks(book: Book) -> Iterator[tuple[int, int]]:
    """Yield the index and the question of every cell that checks one."""
    for index, cell in book.code():
        if found := _CHECK.search(cell.source):
            yield index, int(found[1])


def _questions(book: Book) -> list[Question]:
    return questions(_source(book).parent)


def _source(book: Book) -> Path:
    if book.page is None:
        raise LessonError(f"{book.path}: nobody knows what it was built from")
    return book.page.lesson.source
