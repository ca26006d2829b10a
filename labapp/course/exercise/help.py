"""Hints and solutions, as a learner sees them."""

from __future__ import annotations

from dataclasses import dataclass

from labapp.course.exercise import panels


@dataclass(frozen=True, slots=True)
class Hint:
    """The hints for a question that have been asked for."""

    label: str
    number: int
    shown: tuple[str, ...]
    total: int

    def __str__(self) -> str:
        return panels.text(self._title, self._rows)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return panels.html("hint", self._title, self._rows)

    def html(self) -> str:
        """Return the hints alone, without what to type for the next."""
        return panels.html("hint", self._title, self._rows[: len(self.shown)])

    @property
    def _title(self) -> str:
        return f"Exercise {self.label}: {len(self.shown)} of {self.total} hints"

    @property
    def _rows(self) -> list[tuple[str, str]]:
        rows = [(f"hint {place}", text) for place, text in enumerate(self.shown, 1)]
        if len(self.shown) < self.total:
            rows.append(("next", f"exercise.hint({self.number})"))
        return rows


@dataclass(frozen=True, slots=True)
class Solution:
    """The code of a solution; empty while the learner is asked to try first."""

    label: str
    number: int
    code: str

    def __str__(self) -> str:
        return f"{self._title}\n\n{self.code}" if self.code else panels.text(self._title, self._rows)

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        bundle = {"text/plain": str(self)}
        if self.code:
            # As Markdown the code is coloured, in the theme's own colours.
            bundle["text/markdown"] = f"**{self._title}**\n\n```python\n{self.code}\n```"
        else:
            bundle["text/html"] = panels.html("hint", self._title, self._rows)
        return bundle

    @property
    def _title(self) -> str:
        what = "one solution of several" if self.code else "try first"
        return f"Exercise {self.label}: {what}"

    @property
    def _rows(self) -> list[tuple[str, str]]:
        return [
            ("", "The exercise is in the trying. Nothing of yours has been checked yet."),
            ("", f"`exercise.hint({self.number})` gives a hint, as often as you call it."),
            ("", f"`exercise.solution({self.number}, anyway=True)` shows the solution all the same."),
        ]
