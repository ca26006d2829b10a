"""What a check finds, as a value."""

from __future__ import annotations

import reprlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NoReturn

from labapp.course import kernel
from labapp.course.exercise import panels

_NOTHING = object()


class Verdict(StrEnum):
    """How a check can end."""

    PASS = "pass"
    FAIL = "fail"
    ERROR = "error"
    UNATTEMPTED = "unattempted"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one check: a verdict and, unless it is a pass, what to go on with."""

    verdict: Verdict
    expected: str = ""
    """What the check looked for; never the answer."""
    seen: str = ""
    """What it found instead."""
    problem: str = ""
    """One sentence, where *expected* and *seen* do not say it: an exception, a check that took too long."""
    line: str = ""
    """The learner's own line at which it happened, with its place."""
    printed: str = ""
    """The beginning of what the learner's code printed meanwhile."""
    notes: tuple[str, ...] = ()
    label: str = ""
    """The question, as `01.2`."""
    section: str = ""
    """The section of the lesson to look at again."""
    link: str = ""
    hint: str = ""
    """What to type for a hint."""
    baffled: bool = False
    """Whether an error is the check's own: it met an answer that its author had not thought of."""
    beside: Callable[[Outcome], dict[str, Any]] | None = field(default=None, compare=False)
    """Returns what a notebook with a kernel shows below it: buttons."""

    @property
    def passed(self) -> bool:
        """Whether the answer is right."""
        return self.verdict is Verdict.PASS

    @property
    def message(self) -> str:
        """What it says to the learner, in one line."""
        compared = f"expected {self.expected}, saw {self.seen}" if self.expected else ""
        return " ".join(filter(None, (self.problem, self.line, compared, *self.notes)))

    def noting(self, *notes: str) -> Outcome:
        """Return this outcome with more notes."""
        return replace(self, notes=(*self.notes, *filter(None, notes)))

    def printing(self, printed: str) -> Outcome:
        """Return this outcome with what the learner's code printed."""
        return replace(self, printed=printed)

    def __str__(self) -> str:
        return panels.text(self._title, self._rows, self._footer)

    __repr__ = __str__

    def _ipython_display_(self) -> None:
        if not self.beside:
            raise NotImplementedError  # By which a notebook goes on to the two below.
        # Two outputs: where there is no kernel any more, the buttons are gone, and this one stays.
        kernel.show({"text/plain": str(self), "text/html": self._repr_html_()})
        kernel.show(self.beside(self))

    def _repr_html_(self) -> str:
        return panels.html(self.verdict.value, self._title, self._rows, self._footer, self.link)

    @property
    def _title(self) -> str:
        name = f"Exercise {self.label}".rstrip()
        return f"{name}: {self.verdict.value}"

    @property
    def _rows(self) -> list[tuple[str, str]]:
        rows = [
            ("", self.problem),
            ("at", self.line),
            ("expected", self.expected),
            ("seen", self.seen),
            ("printed", self.printed),
            *(("note", note) for note in self.notes),
        ]
        return [(name, value) for name, value in rows if value]

    @property
    def _footer(self) -> list[tuple[str, str]]:
        if self.verdict is Verdict.PASS:
            return []
        return [(name, value) for name, value in (("look at", self.section), ("hint", self.hint)) if value]


class FailError(Exception):
    """The answer is not right: what was expected, and what was seen."""

    def __init__(self, expected: str, seen: str) -> None:
        super().__init__(f"expected {expected}, saw {seen}")
        self.expected = expected
        self.seen = seen


class UnattemptedError(Exception):
    """There is no answer yet."""


def expect(holds: object, expected: str, value: object = _NOTHING, *, saw: str = "") -> None:
    """Fail the check unless `holds`.

    `expected` says what was looked for, and never gives the answer away. What was seen instead is a `value`,
    shown as Python writes it, or a sentence, `saw`.
    """
    if not holds:
        fail(expected, value, saw=saw)


def fail(expected: str, value: object = _NOTHING, *, saw: str = "") -> NoReturn:
    """Fail the check; see `expect`."""
    if (value is _NOTHING) == (not saw):
        raise TypeError(f"say what was seen instead of {expected!r}: a value, or saw='a sentence'")
    raise FailError(expected, saw or shown(value))


def unattempted(why: str = "") -> NoReturn:
    """End the check because there is no answer yet; `why` may say what is still as it was."""
    raise UnattemptedError(why)


def shown(value: object) -> str:
    """Return a learner's value as code, cut to a line; for a value whose own repr fails, its type."""
    try:
        text = " ".join(_short.repr(value).split())
    except Exception:
        text = f"<{type(value).__name__}>"
    return "`" + text.replace("`", "'") + "`"


def same(seen: object, wanted: object) -> bool:
    """Tell whether two values are equal and of one type: an object that claims to equal everything is not."""
    return type(seen) is type(wanted) and bool(seen == wanted)


_short = reprlib.Repr()
_short.maxstring = _short.maxother = _short.maxlong = 80
_short.maxlist = _short.maxtuple = _short.maxdict = _short.maxset = 8
