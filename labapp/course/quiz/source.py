"""A lesson's quiz.md: its questions, kept out of the notebook, where their answers would stand in the code.

    ## bottleneck

    A colleague says: "The master is our bottleneck." Which cell do you show?

    - [x] The trace of the master
      It made no `accept` call during sixty requests.
    - [ ] The counts by worker
      They show who *answered*; a master that passes connections on would show the same.

    ## ten

    How many seconds will ten requests take?

    unit: s

A heading names a question. The first line of an answer is the answer, the indented lines below it say why it
is right or wrong. A question without answers is a prediction: of a number, in the `unit` if there is one, or
of one of the items of a plain list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from labapp.course.folders import LessonError
from labapp.course.quiz.question import Answer, Choice, Prediction, Question

_HEADING = re.compile(r"## +(.+?) *")
_ANSWER = re.compile(r"- \[( |x)\] +(.+)")
_CHOICE = re.compile(r"- +(?!\[)(.+)")
_UNIT = re.compile(r"unit: *(\S.*)")


@dataclass(slots=True)
class _Section:
    name: str
    line: int
    question: list[str] = field(default_factory=list)
    answers: list[tuple[bool, str, list[str]]] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)
    unit: str = ""

    def made(self) -> Question:
        """Return the question; raise ValueError if it is none."""
        asked = " ".join(self.question)
        if not self.answers:
            return Prediction(self.name, asked, self.unit, tuple(self.choices))
        if self.choices or self.unit:
            raise ValueError(f"{self.name!r} has answers, and what only a prediction has")
        answers = (Answer(text, " ".join(because), is_right) for is_right, text, because in self.answers)
        return Choice(self.name, asked, tuple(answers))


def read_questions(path: Path) -> dict[str, Question]:
    """Return the questions of a quiz.md by name; raise LessonError that names the line."""
    found: dict[str, Question] = {}
    for section in _sections(path):
        try:
            if section.name in found:
                raise ValueError(f"{section.name!r} is asked twice")
            found[section.name] = section.made()
        except ValueError as error:
            raise LessonError(f"{path}:{section.line}: {error}") from None
    return found


def _sections(path: Path) -> list[_Section]:
    sections: list[_Section] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if heading := _HEADING.fullmatch(line):
            sections.append(_Section(heading[1], number))
        elif not sections:
            if line.strip() and not line.startswith("# "):
                raise LessonError(
                    f"{path}:{number}: this belongs under a heading, ## and the question's name"
                )
        elif line.strip() and not _add(sections[-1], line):
            raise LessonError(f"{path}:{number}: this is neither a question nor an answer: {line.strip()!r}")
    return sections


def _add(section: _Section, line: str) -> bool:
    """Add a line to a section; tell whether it has a place there."""
    if answer := _ANSWER.fullmatch(line):
        section.answers.append((answer[1] == "x", answer[2].strip(), []))
    elif choice := _CHOICE.fullmatch(line):
        section.choices.append(choice[1].strip())
    elif unit := _UNIT.fullmatch(line):
        section.unit = unit[1].strip()
    elif section.answers:
        section.answers[-1][2].append(line.strip())
        return line.startswith("  ")
    else:
        section.question.append(line.strip())
        return not section.choices and not line.startswith("-")
    return True
