"""A prediction beside what was measured."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

from labapp.course.markup import to_html, to_text
from labapp.course.quiz.question import Prediction

Value = float | str
_CLOSE = 1.1
_SEVERAL = 2.0  # Of things that are counted, so many times too few or too many.
_COLOURS = {
    "measured": "var(--jp-brand-color1, #0b57d0)",
    "predicted": "var(--jp-ui-font-color3, #7d8590)",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was predicted (None if nothing was) and what was measured."""

    prediction: Prediction
    predicted: Value | None
    measured: Value

    def __str__(self) -> str:
        lines = [to_text(self.prediction.question)]
        if self.predicted is not None:
            lines.append(f"  predicted: {self._said(self.predicted)}")
        lines.append(f"  measured:  {self._found}")
        return "\n".join([*lines, f"  {self.verdict}"])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = ""
        if self.predicted is not None:
            rows = self._row("predicted", self.predicted, self._said(self.predicted))
        rows += self._row("measured", self.measured, self._found)
        return (
            f"<p><strong>{to_html(self.prediction.question)}</strong></p>"
            f"<table><tbody>{rows}</tbody></table><p>{escape(self.verdict)}</p>"
        )

    @property
    def summary(self) -> str:
        """What was measured, and how far that is from the prediction, in a line."""
        return f"{self._found}. {self.verdict}"

    @property
    def verdict(self) -> str:
        """How far apart the two are, in a sentence."""
        predicted, measured = self.predicted, self.measured
        if predicted is None:
            return "No prediction was made."
        if self._said(predicted) == self._said(measured):
            return "As predicted."
        if isinstance(predicted, str) or isinstance(measured, str) or predicted <= 0 or measured <= 0:
            return "Not as predicted."
        ratio = max(predicted, measured) / min(predicted, measured)
        side = "low" if measured > predicted else "high"
        if isinstance(measured, int) and predicted == int(predicted) and ratio < _SEVERAL:
            return f"The prediction was {self._said(abs(measured - predicted))} too {side}."
        if ratio < _CLOSE:
            return "As predicted, nearly."
        return f"The prediction was {ratio:.2g} times too {side}."

    @property
    def _found(self) -> str:
        """What was measured, in words; marked where it would not come out the same twice."""
        about = "≈ " if isinstance(self.measured, float) else ""
        return about + self._said(self.measured)

    def _said(self, value: Value) -> str:
        if isinstance(value, str):
            return to_text(value)
        return f"{number(value)} {self.prediction.unit}".rstrip()

    def _row(self, name: str, value: Value, said: str) -> str:
        return f'<tr><th scope="row">{name}</th><td>{escape(said)}</td>{self._bar(name, value)}</tr>'

    def _bar(self, name: str, value: Value) -> str:
        values = (self.predicted, self.measured)
        numbers = [abs(each) for each in values if isinstance(each, int | float)]
        if isinstance(value, str) or not max(numbers, default=0):
            return ""
        width = 100 * abs(value) / max(numbers)
        style = f"width: {width:.1f}%; min-width: 1px; height: 0.9em; background: {_COLOURS[name]}"
        return f'<td aria-hidden="true" style="width: 20em"><div style="{style}"></div></td>'


def number(value: float) -> str:
    """Return a number as a person writes it: with three digits, and an exponent only if need be."""
    if math.isfinite(value) and value == int(value) and abs(value) < 1e9:
        return str(int(value))
    return f"{value:.0f}" if 1e3 <= abs(value) < 1e9 else f"{value:.3g}"
