"""The shape of a lesson: title, table, sections that end in evidence, and the closing of every lesson."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from labapp.course.contract.book import Book, Finding, slide_type, tags
from labapp.course.contract.code import parse
from labapp.course.folders import EXERCISE
from labapp.course.lesson import CARD, CONTENTS, NAVIGATION, OPTIONAL, SLIDE_TYPES, Section, first_heading

CLOSING = ("What you saw", "In practice", "Quiz", "Clean up")
_QUESTIONS = 3
_LONG = 60
_PAUSE = re.compile(r"^> \*\*Pause\.\*\*", re.MULTILINE)
_PREDICTION = re.compile(r"\*\*[^*]*\b(?:predict|before you run)\b[^*]*\*\*", re.IGNORECASE)
_ASKED = re.compile(r"^quiz\(", re.MULTILINE)


def has_a_title(book: Book) -> Iterator[Finding]:
    """The first cell, and no other, begins with a `#` heading."""
    titles = [index for index, cell in book.prose() if first_heading(cell.source)[0] == 1]
    if 0 not in titles:
        yield 0 if book.cells else None, "the first cell must begin with the title, a # heading"
    for index in titles:
        if index:
            yield index, "is a second # heading: a lesson has one title"


def opens_with_the_table(book: Book) -> Iterator[Finding]:
    """Before the first section stands the table *You will be able to / You need / Time*."""
    card = book.outline.card
    if not card:
        yield None, f"lacks the table | {' | '.join(CARD)} |"
        return
    for column in CARD:
        if not card.get(column):
            yield None, f"the opening table says nothing under “{column}”"
    if card.get("Time") and book.outline.minutes is None:
        due = "“40 minutes of reading, 20 of exercises”"
        yield None, f"the opening table's Time is {card['Time']!r}: say it as {due}"


def tells_the_time_of_its_exercises(book: Book) -> Iterator[Finding]:
    """Where the opening table says how long exercises take, there are some."""
    there = book.page is not None and (book.page.lesson.source.parent / EXERCISE).is_file()
    if book.outline.exercise_minutes is not None and not there:
        yield None, "the opening table says how long exercises take, and there are none"


def has_a_place_to_pause(book: Book) -> Iterator[Finding]:
    """A lesson of more than an hour with its exercises marks the end of a section as a place to stop.

    Not of one that may be left out: what is folded is not seen.
    """
    exercises = book.outline.exercise_minutes
    minutes = (book.outline.minutes or 0) + exercises if exercises is not None else 0
    ends = {_last_shown(book, section) for section in book.outline.sections[:-1] if not section.optional}
    paused = [index for index, cell in book.prose() if _PAUSE.search(cell.source)]
    for index in paused:
        if index not in ends:
            what = "has its place to pause within a section or in a folded one"
            yield index, f"{what}: put it at the end of one that is seen"
    if minutes > _LONG and not paused:
        yield None, f"takes {minutes} minutes, and no section ends in “> **Pause.** …”"


def minutes_add_up(book: Book) -> Iterator[Finding]:
    """Every section begins with its `*N minutes.*`, and they add up to the table's Time."""
    untold = [section for section in _teaching(book) if section.minutes is None]
    for section in untold:
        yield section.cells[0], f"section “{section.title}” does not begin with its time, as in *5 minutes.*"
    total, promised = sum(section.minutes or 0 for section in book.outline.sections), book.outline.minutes
    if not untold and promised not in (None, total):
        yield None, f"the sections take {total} minutes together, the opening table says {promised}"


def takes_an_hour_at_most(book: Book) -> Iterator[Finding]:
    """Without the sections that may be left out, a lesson takes an hour of reading at most."""
    main = sum(section.minutes or 0 for section in book.outline.sections if not section.optional)
    if main > _LONG:
        what = f"takes {main} minutes of reading without its optional sections, and {_LONG} it may take"
        yield None, f"{what}: shorten it, or let a heading end in “{OPTIONAL}”"


def every_section_shows_evidence(book: Book) -> Iterator[Finding]:
    """The last code cell of every section shows something; the closing sections need none."""
    for section in _teaching(book):
        coded = [index for index in section.cells if book.cells[index].cell_type == "code"]
        if not coded:
            yield section.cells[0], f"section “{section.title}” shows no evidence: it has no code cell"
        elif not book.cells[coded[-1]].outputs:
            yield coded[-1], f"section “{section.title}” ends in a cell that shows nothing"


def asks_for_a_prediction(book: Book) -> Iterator[Finding]:
    """At least one run is predicted: **Predict** or **Before you run** in bold, a question, then the run."""
    asked = [(index, found) for index, cell in book.prose() if (found := _PREDICTION.search(cell.source))]
    if not asked:
        yield None, "asks for no prediction: write **Predict:** and a question before a surprising run"
    for index, found in asked:
        if "?" not in found.string[found.start() :]:
            yield index, "asks for a prediction without a question"
        following = [cell for cell in book.cells[index + 1 :] if slide_type(cell) != "notes"]
        if not following or following[0].cell_type != "code":
            yield index, "asks for a prediction that no code cell follows"


def closes_in_order(book: Book) -> Iterator[Finding]:
    """The closing sections are all there, once each, in their order, after everything else."""
    titles = [section.title for section in book.outline.sections]
    for title in CLOSING:
        if title not in titles:
            yield None, f"lacks the section ## {title}"
    if set(CLOSING) <= set(titles) and tuple(titles[-len(CLOSING) :]) != CLOSING:
        yield (
            None,
            f"must close with the sections {', '.join(CLOSING)}; it closes with {', '.join(titles[-4:])}",
        )


def quiz_asks_enough(book: Book) -> Iterator[Finding]:
    """The section *Quiz* asks at least three questions of the lesson's quiz.md."""
    for section in book.outline.sections:
        if section.title == "Quiz":
            coded = (book.cells[i].source for i in section.cells if book.cells[i].cell_type == "code")
            asked = sum(len(_ASKED.findall(source)) for source in coded)
            if asked < _QUESTIONS:
                yield section.cells[0], f"the quiz asks {asked} questions, at least {_QUESTIONS} are due"


def cleans_up(book: Book) -> Iterator[Finding]:
    """The last code cell of *Clean up* asserts that `lab.servers()` is empty."""
    for section in book.outline.sections:
        if section.title == "Clean up":
            coded = [index for index in section.cells if book.cells[index].cell_type == "code"]
            if not coded or not _asserts_no_servers(book.cells[coded[-1]].source):
                where = coded[-1] if coded else section.cells[0]
                yield where, "*Clean up* must end in `assert lab.servers() == []`"


def leads_on(book: Book) -> Iterator[Finding]:
    """The last cell, and no other, holds the generated links to the lessons around."""
    found = [index for index, cell in enumerate(book.cells) if NAVIGATION in tags(cell)]
    if found != [len(book.cells) - 1]:
        yield found[0] if found else None, "must end in the generated links to the next lesson"


def has_slides(book: Book) -> Iterator[Finding]:
    """Every cell has a slide type."""
    for index, cell in enumerate(book.cells):
        kind = slide_type(cell)
        if kind not in SLIDE_TYPES:
            yield index, f"has slide type {kind!r}: one of {', '.join(SLIDE_TYPES)} is due"


def _teaching(book: Book) -> list[Section]:
    """Return the sections that are neither closing ones nor the table of contents."""
    return [
        section
        for section in book.outline.sections
        if section.title not in CLOSING and not any(CONTENTS in tags(book.cells[i]) for i in section.cells)
    ]


def _last_shown(book: Book, section: Section) -> int:
    """Return the last cell of a section that is not the speaker's."""
    shown = (index for index in section.cells if slide_type(book.cells[index]) != "notes")
    return max(shown, default=-1)


def _asserts_no_servers(source: str) -> bool:
    tree = parse(source)
    return tree is not None and any(
        "lab.servers()" in ast.unparse(node.test) for node in ast.walk(tree) if isinstance(node, ast.Assert)
    )
