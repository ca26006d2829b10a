"""All notebooks of the course, by kind: where they lie, whether the build runs them, what they must hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from labapp.course.contract import (
    EXERCISE_RULES,
    GLOSSARY_RULES,
    LESSON_RULES,
    SOLUTION_RULES,
    Book,
    Rule,
    Violation,
    check,
)
from labapp.course.exercise import compose_exercises
from labapp.course.folders import GLOSSARY
from labapp.course.lesson import Lesson, Page, compose, find_lessons


@dataclass(frozen=True, slots=True)
class NotebookSet:
    """Pages of one kind; `executed` says whether their notebooks hold outputs."""

    pages: list[Page]
    rules: tuple[Rule, ...]
    executed: bool = True

    def check(self, page: Page) -> list[Violation]:
        """Return what the built notebook of one of its pages breaks; raises LessonError."""
        return check(Book.of(page), self.rules)


def notebook_sets(root: Path) -> list[NotebookSet]:
    """Return all notebooks of the checkout, as composed now; raises SourceError and LessonError."""
    solutions, exercises = compose_exercises(root)
    return [
        NotebookSet(compose_glossary(root), GLOSSARY_RULES, executed=False),
        NotebookSet(compose(find_lessons(root)), LESSON_RULES),
        NotebookSet(solutions, SOLUTION_RULES),
        NotebookSet(exercises, EXERCISE_RULES, executed=False),
    ]


def compose_glossary(root: Path) -> list[Page]:
    """Return the glossary's page, which has no code; none where there is no glossary. Raises SourceError."""
    source = root / "lessons" / GLOSSARY
    target = root / "notebooks" / source.with_suffix(".ipynb").name
    return compose([Lesson(source.stem, source, target)]) if source.is_file() else []
