from pathlib import Path

import pytest

from labapp.course.contract.book import Book
from labapp.course.contract.quizzes import asks_every_question_once, compares_every_prediction
from labapp.course.folders import LessonError
from labapp.course.lesson import Lesson, compose

QUIZ = "## two\n\nWhat is one and one?\n\n- [x] 2\n  Yes.\n- [ ] 3\n  No.\n\n## ten\n\nHow long?\n"


def written(folder: Path, *cells: str, quiz: str | None = QUIZ) -> Book:
    place = folder / "lessons" / "01-first"
    place.mkdir(parents=True)
    if quiz is not None:
        (place / "quiz.md").write_text(quiz)
    text = "# First\n\n" + "\n".join(f"```{{code-cell}} python\n{cell}\n```\n" for cell in cells)
    (place / "lesson.md").write_text(text)
    [page] = compose([Lesson(place.name, place / "lesson.md", folder / "notebooks" / "01-first.ipynb")])
    return Book(page.lesson.target, page.notebook, page)


def findings(book: Book) -> list[str]:
    return [
        message for rule in (asks_every_question_once, compares_every_prediction) for _, message in rule(book)
    ]


def test_every_question_asked_and_every_prediction_taken_up(tmp_path: Path) -> None:
    book = written(tmp_path, 'quiz("ten")', 'seconds = 2\nquiz.compare("ten", seconds)', 'quiz("two")')
    assert findings(book) == []


def test_a_lesson_without_a_quiz_needs_none(tmp_path: Path) -> None:
    assert findings(written(tmp_path, "1 + 1", quiz=None)) == []


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (('quiz("ten")', 'quiz.compare("ten", 2)'), "never asks 'two' of its quiz.md"),
        (('quiz("two")', 'quiz("two")', 'quiz("ten")', 'quiz.compare("ten", 2)'), "asks 'two' a second time"),
        (
            ('quiz("two")', 'quiz("ten")', 'quiz.compare("ten", 2)', 'quiz("x")'),
            "asks 'x', which quiz.md does not",
        ),
        (
            ('quiz("two")', 'quiz("ten")'),
            "asks for a prediction that no later quiz.compare('ten', …) takes up",
        ),
        (
            ('quiz("two")', 'quiz.compare("ten", 2)', 'quiz("ten")'),
            "asks for a prediction that no later quiz.compare('ten', …) takes up",
        ),
    ],
)
def test_what_is_amiss_is_named(tmp_path: Path, cells: tuple[str, ...], message: str) -> None:
    assert findings(written(tmp_path, *cells)) == [message]


def test_a_quiz_that_cannot_be_read_is_no_quiz(tmp_path: Path) -> None:
    with pytest.raises(LessonError, match=r"quiz\.md:1: "):
        findings(written(tmp_path, 'quiz("two")', quiz="## two\n"))
