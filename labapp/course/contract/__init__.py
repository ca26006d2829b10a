"""The contract: what every built notebook must hold, one rule per function, one set of rules per kind."""

from __future__ import annotations

from collections.abc import Sequence

from labapp.course.contract import (
    code,
    drift,
    execution,
    exercises,
    glossary,
    left_out,
    one_run,
    pictures,
    places,
    prose,
    quizzes,
    sections,
)
from labapp.course.contract.book import Book, Rule, Violation
from labapp.course.contract.execution import MEASUREMENT
from labapp.course.contract.one_run import RUN, digest, is_of_one_run

__all__ = [
    "EXERCISE_RULES",
    "GLOSSARY_RULES",
    "LESSON_RULES",
    "MEASUREMENT",
    "RUN",
    "SOLUTION_RULES",
    "Book",
    "Rule",
    "Violation",
    "check",
    "digest",
    "is_of_one_run",
]

LESSON_RULES: tuple[Rule, ...] = (
    drift.says_what_the_lesson_says,
    execution.every_cell_ran_in_order,
    one_run.outputs_are_of_one_run,
    one_run.results_carry_the_number_of_their_cell,
    one_run.a_server_has_one_address_and_one_master,
    one_run.a_value_that_cannot_change_is_shown_alike,
    execution.errors_are_announced,
    execution.measurements_are_few_and_asserted,
    execution.nothing_is_skipped,
    sections.has_a_title,
    sections.opens_with_the_table,
    sections.minutes_add_up,
    sections.tells_the_time_of_its_exercises,
    sections.has_a_place_to_pause,
    sections.takes_an_hour_at_most,
    left_out.is_needed_by_nobody,
    sections.every_section_shows_evidence,
    sections.asks_for_a_prediction,
    sections.closes_in_order,
    sections.quiz_asks_enough,
    sections.cleans_up,
    sections.leads_on,
    sections.has_slides,
    prose.links_lead_somewhere,
    prose.does_not_exclaim,
    prose.lines_are_short,
    pictures.have_words,
    code.waits_for_conditions,
    code.never_clears_output,
    code.never_prints_from_a_thread,
    places.are_not_this_machine,
    places.hold_no_secret,
    quizzes.asks_every_question_once,
    quizzes.compares_every_prediction,
    glossary.links_terms_where_they_first_appear,
)
GLOSSARY_RULES: tuple[Rule, ...] = (
    drift.says_what_the_lesson_says,
    sections.has_a_title,
    sections.has_slides,
    prose.links_lead_somewhere,
    prose.does_not_exclaim,
    prose.lines_are_short,
    places.are_not_this_machine,
    glossary.every_term_is_met,
)
_SHARED: tuple[Rule, ...] = (
    drift.says_what_the_lesson_says,
    sections.has_a_title,
    sections.leads_on,
    sections.has_slides,
    prose.links_lead_somewhere,
    prose.does_not_exclaim,
    prose.lines_are_short,
    pictures.have_words,
    code.waits_for_conditions,
    code.never_clears_output,
    code.never_prints_from_a_thread,
    execution.nothing_is_skipped,
    places.are_not_this_machine,
    places.hold_no_secret,
    exercises.every_question_is_asked,
)
SOLUTION_RULES: tuple[Rule, ...] = (
    *_SHARED,
    execution.every_cell_ran_in_order,
    one_run.outputs_are_of_one_run,
    one_run.results_carry_the_number_of_their_cell,
    one_run.a_server_has_one_address_and_one_master,
    one_run.a_value_that_cannot_change_is_shown_alike,
    execution.errors_are_announced,
    exercises.every_answer_passes,
    exercises.every_question_points_into_the_lesson,
)
EXERCISE_RULES: tuple[Rule, ...] = (*_SHARED, exercises.nothing_has_run)


def check(book: Book, rules: Sequence[Rule] = LESSON_RULES) -> list[Violation]:
    """Return every violation of the contract, rule by rule."""
    if book.notebook is None:
        return [Violation(book.path, None, "", "", f"not built from {book.source}: run `make notebooks`")]
    return [book.violation(index, message) for rule in rules for index, message in rule(book)]
