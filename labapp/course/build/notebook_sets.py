"""All notebooks of the course, by kind: where they lie, whether the build runs them, what they must hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from labapp.course.build.compose import Page, compose
from labapp.course.contract import RULES, Book, Rule, Violation, check, drift, places, prose, sections
from labapp.course.exercise.contract import EXERCISE_RULES, SOLUTION_RULES
from labapp.course.exercise.notebooks import compose_exercises
from labapp.course.glossary import compose_glossary, every_term_is_met, links_terms_where_they_first_appear
from labapp.course.quiz.contract import asks_every_question_once, compares_every_prediction
from labapp.course.source import find_lessons

LESSON_RULES: tuple[Rule, ...] = (
    *RULES,
    asks_every_question_once,
    compares_every_prediction,
    links_terms_where_they_first_appear,
)
GLOSSARY_RULES: tuple[Rule, ...] = (
    drift.says_what_the_lesson_says,
    sections.has_a_title,
    sections.has_slides,
    prose.links_lead_somewhere,
    prose.does_not_exclaim,
    prose.lines_are_short,
    places.are_not_this_machine,
    every_term_is_met,
)


@dataclass(frozen=True, slots=True)
class Volume:
    """Pages of one kind; `executed` says whether their notebooks hold outputs."""

    pages: list[Page]
    rules: tuple[Rule, ...]
    executed: bool = True

    def check(self, page: Page) -> list[Violation]:
        """Return what the built notebook of one of its pages breaks; raises LessonError."""
        return check(Book.of(page), self.rules)


def volumes(root: Path) -> list[Volume]:
    """Return all notebooks of the checkout, as composed now; raises SourceError and LessonError."""
    solutions, exercises = compose_exercises(root)
    return [
        Volume(compose_glossary(root), GLOSSARY_RULES, executed=False),
        Volume(compose(find_lessons(root)), LESSON_RULES),
        Volume(solutions, SOLUTION_RULES),
        Volume(exercises, EXERCISE_RULES, executed=False),
    ]
