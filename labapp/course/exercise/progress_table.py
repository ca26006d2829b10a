"""What is done, across lessons."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

from labapp.course import folders
from labapp.course.exercise import lessons
from labapp.course.exercise.outcome import Verdict
from labapp.course.state import Record, State

_KEY = "exercises"
_MARKS = {"pass": "✓", "tried": "◐", "": "○"}
_COLUMNS = ("Lesson", "Passed", "Questions")
_LEFT = "text-align: left"
_WORDS = {"pass": "passed", "tried": "tried", "": "not tried"}
_LEGEND = ", ".join(f"{_MARKS[state]} {word}" for state, word in _WORDS.items())


@dataclass(frozen=True, slots=True)
class Line:
    """A lesson's exercises: for each question "pass", "tried" or ""."""

    lesson: str
    title: str
    done: tuple[str, ...]
    here: bool = False

    @property
    def passed(self) -> int:
        """How many questions have been passed."""
        return self.done.count("pass")


@dataclass(frozen=True, slots=True)
class ProgressTable:
    """The exercises of all lessons, and what is done of them."""

    lines: tuple[Line, ...]
    trouble: str = ""

    @property
    def passed(self) -> int:
        """How many questions have been passed in all lessons."""
        return sum(line.passed for line in self.lines)

    @property
    def total(self) -> int:
        """How many questions there are in all lessons."""
        return sum(len(line.done) for line in self.lines)

    def __str__(self) -> str:
        lines = [self._title]
        width = max((len(line.title) for line in self.lines), default=0)
        for line in self.lines:
            marks = "".join(_MARKS[state] for state in line.done)
            name = f"{'>' if line.here else ' '} {line.lesson[:2]}  {line.title:{width}}"
            lines.append(f"{name}  {line.passed}/{len(line.done)}  {marks}")
        return "\n".join([*lines, f"  {_LEGEND}", *filter(None, [self.trouble])])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = "".join(_row(line) for line in self.lines)
        below = "".join(f"<p>{escape(line)}</p>" for line in (_LEGEND, self.trouble) if line)
        names = "".join(f'<th scope="col" style="{_LEFT}">{name}</th>' for name in _COLUMNS)
        return (
            f'<table><caption style="{_LEFT}; font-weight: bold">{escape(self._title)}</caption>'
            f"<thead><tr>{names}</tr></thead><tbody>{rows}</tbody></table>{below}"
        )

    @property
    def _title(self) -> str:
        return f"Exercises passed: {self.passed} of {self.total}"


def progress_table(folder: Path, state: State, here: str = "") -> ProgressTable:
    """Read what is done of the lessons in `folder`; `here` is the lesson that asks."""
    lines = []
    for lesson in folders.lessons_with(folders.CHECKS, folder):
        record = state.lesson(lesson.name)
        done = [_state(record, question.number) for question in lessons.questions(lesson)]
        lines.append(Line(lesson.name, folders.title(lesson), tuple(done), lesson.name == here))
    return ProgressTable(tuple(lines), state.trouble)


def note(record: Record, number: int, verdict: Verdict) -> None:
    """Note a check's verdict in a lesson's record; what was passed once stays passed."""
    done = record.get(_KEY)
    if not isinstance(done, dict):
        done = record[_KEY] = {}
    if verdict is Verdict.PASS:
        done[str(number)] = "pass"
    elif verdict is not Verdict.UNATTEMPTED:
        done.setdefault(str(number), "tried")


def tried(record: Record) -> set[int]:
    """Return the questions that have been tried or passed."""
    return {number for number in range(1, 100) if _state(record, number)}


def passed(record: Record) -> int:
    """Return how many questions of a lesson have been passed."""
    return [_state(record, number) for number in range(1, 100)].count("pass")


def _state(record: Record, number: int) -> str:
    done = record.get(_KEY)
    state = done.get(str(number)) if isinstance(done, dict) else None
    return state if isinstance(state, str) and state in _MARKS else ""


def _row(line: Line) -> str:
    marks = "".join(
        f'<span role="img" title="{number}: {_WORDS[state]}" aria-label="{number}: {_WORDS[state]}">'
        f"{_MARKS[state]}</span>"
        for number, state in enumerate(line.done, 1)
    )
    name = f'{line.lesson[:2]} <a href="../exercises/{line.lesson}.ipynb">{escape(line.title)}</a>'
    name = f"<strong>{name}</strong>" if line.here else name
    return (
        f'<tr><th scope="row" style="{_LEFT}">{name}</th>'
        f'<td style="{_LEFT}">{line.passed} of {len(line.done)}</td>'
        f'<td style="{_LEFT}; letter-spacing: 0.2em">{marks}</td></tr>'
    )
