"""Hints stand in hints.md, a list for each question."""

from pathlib import Path

import pytest

from labapp.course.exercise.lessons import questions
from labapp.course.folders import LessonError

CHECKS = """\
from labapp.course.exercise import question


@question(1, section="Sums")
def twice(value): ...


@question(2, section="Sums")
def thrice(value): ...
"""
HINTS = """\
# Hints

## 1

- Look at `1 + 1`.
- A hint that is
  longer than a line.

## 2

- One.
"""


def lesson(folder: Path, hints: str) -> Path:
    (folder / "checks.py").write_text(CHECKS)
    (folder / "hints.md").write_text(hints)
    return folder


def test_each_question_has_the_hints_under_its_number(tmp_path: Path) -> None:
    first, second = questions(lesson(tmp_path, HINTS))
    assert first.hints == ("Look at `1 + 1`.", "A hint that is longer than a line.")
    assert second.hints == ("One.",)


def test_a_question_without_a_hint_is_named(tmp_path: Path) -> None:
    with pytest.raises(LessonError, match=r"hints\.md has no hint for question 2"):
        questions(lesson(tmp_path, HINTS.partition("## 2")[0]))
