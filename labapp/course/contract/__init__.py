"""The lesson contract: what every built lesson must hold, one rule per function."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from labapp.course.contract import code, drift, execution, pictures, places, prose, sections
from labapp.course.contract.book import Book, Finding, Violation

__all__ = ["RULES", "Book", "Rule", "Violation", "check"]

Rule = Callable[[Book], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    drift.says_what_the_lesson_says,
    execution.every_cell_ran_in_order,
    execution.errors_are_announced,
    execution.measurements_are_few_and_asserted,
    execution.nothing_is_skipped,
    sections.has_a_title,
    sections.opens_with_the_table,
    sections.minutes_add_up,
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
)


def check(book: Book, rules: Sequence[Rule] = RULES) -> list[Violation]:
    """Return every violation of the contract, rule by rule."""
    if book.notebook is None:
        return [Violation(book.path, None, "", "", f"not built from {book.source}: run `make notebooks`")]
    return [book.violation(index, message) for rule in rules for index, message in rule(book)]
