"""Questions as an author writes them: a choice between answers, or a prediction to be measured."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from labapp.course.markup import to_html

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a question, whether it is right, and why."""

    text: str
    because: str
    is_right: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A question with answers to choose from: one if one is right, several if several are.

    Raises ValueError for a question that nobody could learn from.
    """

    name: str
    question: str
    answers: tuple[Answer, ...]

    def __post_init__(self) -> None:
        _named(self.name, self.question)
        texts = [answer.text for answer in self.answers]
        if not any(answer.is_right for answer in self.answers):
            raise ValueError(f"{self.name!r}: no answer is right")
        if all(answer.is_right for answer in self.answers):
            raise ValueError(f"{self.name!r}: no answer is wrong")
        if len(set(texts)) < len(texts):
            raise ValueError(f"{self.name!r}: two answers say the same")
        for answer in self.answers:
            if not answer.text.strip() or not answer.because.strip():
                raise ValueError(f"{self.name!r}: the answer {answer.text!r} is not explained")

    @property
    def several(self) -> bool:
        """Whether more than one answer is right."""
        return sum(answer.is_right for answer in self.answers) > 1

    def spec(self) -> dict[str, Any]:
        """Return what the browser needs to know."""
        answers = [
            {"html": to_html(answer.text), "because": to_html(answer.because), "right": answer.is_right}
            for answer in self.answers
        ]
        return {
            "kind": "choice",
            "question": to_html(self.question),
            "several": self.several,
            "answers": answers,
        }

    def store(self, state: State) -> State:
        """Return a state of the form as it is kept: by the answers' texts, which outlive a new order."""
        chosen = [self.answers[place].text for place in _places(state, len(self.answers))]
        return {"chosen": chosen, "checked": state.get("checked") is True, "misses": _count(state, "misses")}

    def restore(self, kept: State) -> State:
        """Return the state of the form that was kept, without answers that are no more."""
        texts = [answer.text for answer in self.answers]
        chosen = [text for text in _list(kept, "chosen") if text in texts]
        whole = len(chosen) == len(_list(kept, "chosen"))
        return {
            "chosen": [texts.index(text) for text in chosen],
            "checked": kept.get("checked") is True and whole,
            "misses": _count(kept, "misses"),
        }


@dataclass(frozen=True, slots=True)
class Prediction:
    """A question whose answer is going to be measured: a number with its unit, or one of some words."""

    name: str
    question: str
    unit: str = ""
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _named(self.name, self.question)
        if len(self.choices) == 1 or len(set(self.choices)) < len(self.choices):
            raise ValueError(f"{self.name!r}: give at least two choices that differ, or none")

    def spec(self) -> dict[str, Any]:
        """Return what the browser needs to know."""
        return {
            "kind": "prediction",
            "question": to_html(self.question),
            "unit": self.unit,
            "choices": [{"html": to_html(choice), "value": choice} for choice in self.choices],
        }

    def store(self, state: State) -> State:
        """Return a state of the form as it is kept; {} for one that holds no prediction."""
        value = state.get("value")
        return {"value": value} if self._fits(value) else {}

    def restore(self, kept: State) -> State:
        """Return the state of the form that was kept."""
        return self.store(kept)

    def _fits(self, value: object) -> bool:
        if self.choices:
            return value in self.choices
        return isinstance(value, int | float) and not isinstance(value, bool)


Question = Choice | Prediction


def _named(name: str, question: str) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for a question: use small letters, digits and hyphens")
    if not question.strip():
        raise ValueError(f"{name!r} asks nothing")


def _list(state: State, key: str) -> list[Any]:
    found = state.get(key)
    return found if isinstance(found, list) else []


def _places(state: State, count: int) -> list[int]:
    return [place for place in _list(state, "chosen") if isinstance(place, int) and 0 <= place < count]


def _count(state: State, key: str) -> int:
    found = state.get(key)
    return found if isinstance(found, int) and found > 0 else 0
