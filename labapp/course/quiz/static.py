"""Questions on paper: HTML with folded answers, for GitHub and exports, and plain text."""

from __future__ import annotations

import string
import textwrap
from html import escape

from labapp.course.markup import to_html, to_text
from labapp.course.quiz.question import Answer, Choice, Prediction, Question

_WIDTH = 100


def html(question: Question) -> str:
    """Return a question as HTML that needs no kernel and no script."""
    if isinstance(question, Prediction):
        listed = "".join(f"<li>{to_html(choice)}</li>" for choice in question.choices)
        choices = f"<ul>{listed}</ul>" if listed else ""
        return (
            f"<p><strong>Predict:</strong> {to_html(question.question)}{escape(_unit(question))}</p>{choices}"
        )
    asked = "".join(f"<li>{to_html(answer.text)}</li>" for answer in question.answers)
    answered = "".join(
        f"<li><strong>{_verdict(answer)}:</strong> {to_html(answer.because)}</li>"
        for answer in question.answers
    )
    return (
        f'<p><strong>{to_html(question.question)}</strong>{_several(question)}</p><ol type="a">{asked}</ol>'
        f'<details><summary>Answers</summary><ol type="a">{answered}</ol></details>'
    )


def text(question: Question) -> str:
    """Return a question as plain text, its answers below it."""
    if isinstance(question, Prediction):
        choices = [f"  - {to_text(choice)}" for choice in question.choices]
        return "\n".join([_wrap(f"Predict: {to_text(question.question)}{_unit(question)}", ""), *choices])
    letters = string.ascii_lowercase
    lines = [_wrap(to_text(question.question) + _several(question), "")]
    for letter, answer in zip(letters, question.answers, strict=False):
        lines.append(_wrap(to_text(answer.text), f"  {letter}) "))
    lines.append("Answers:")
    for letter, answer in zip(letters, question.answers, strict=False):
        lines.append(_wrap(f"{_verdict(answer)}: {to_text(answer.because)}", f"  {letter}) "))
    return "\n".join(lines)


def _verdict(answer: Answer) -> str:
    return "Right" if answer.is_right else "Wrong"


def _several(question: Choice) -> str:
    return " (several answers are right)" if question.several else ""


def _unit(question: Prediction) -> str:
    return f" (in {question.unit})" if question.unit else ""


def _wrap(line: str, start: str) -> str:
    return textwrap.fill(
        line,
        _WIDTH,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )
