"""The proof of a lesson's checks: the right passes, the wrong is told why, a blank is no attempt."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from labapp.course.exercise import lessons
from labapp.course.exercise.outcome import Outcome, Verdict
from labapp.course.exercise.question import Answer, Given, Question
from labapp.course.exercise.run import STUB, run
from labapp.course.folders import lessons_with

RIGHT, WRONG, HINTS = 2, 4, 2
"""How many a question has at least."""
_TELLING = 20


@dataclass(slots=True)
class Proof:
    """What came of running every answer of one question: what is amiss, how long each check took, in s."""

    question: Question
    amiss: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def every_question(folder: Path) -> Iterator[tuple[Path, Question]]:
    """Yield the questions of all lessons in a folder, each with its lesson's folder; raises LessonError."""
    for lesson in lessons_with(lessons.CHECKS, folder):
        for question in lessons.questions(lesson):
            yield lesson, question


def prove(question: Question, solution: str = "") -> Proof:
    """Run every answer that a question declares; no outcome may show a line of `solution`."""
    proof = Proof(question, _too_little(question))
    secrets = [line.strip() for line in solution.splitlines() if len(line.strip()) >= _TELLING]
    for answer in question.right_answers:
        outcome = _run(proof, answer)
        if not outcome.passed:
            proof.amiss.append(f"right, and does not pass: {answer.name}\n{outcome}")
    said: dict[str, str] = {}
    for answer in question.wrong_answers:
        outcome = _run(proof, answer)
        if outcome.verdict not in (Verdict.FAIL, Verdict.ERROR) or outcome.baffled:
            proof.amiss.append(f"wrong, and not rejected as such: {answer.name}\n{outcome}")
        elif answer.message not in outcome.message:
            proof.amiss.append(f"wrong, and not told {answer.message!r}: {answer.name}\n{outcome}")
        elif (other := said.setdefault(outcome.message, answer.name)) != answer.name:
            proof.amiss.append(f"wrong, and told what {other!r} is told: {answer.name}\n{outcome}")
        if any(secret in str(outcome) for secret in secrets):
            proof.amiss.append(f"wrong, and told the answer: {answer.name}\n{outcome}")
    outcome = _run(proof, question.blank_answer or Answer(_stub))
    if outcome.verdict is not Verdict.UNATTEMPTED:
        proof.amiss.append(f"blank, and taken for an attempt\n{outcome}")
    if any(secret in hint for secret in secrets for hint in question.hints[:-1]):
        proof.amiss.append("a hint before the last gives a line of the solution")
    return proof


def _run(proof: Proof, answer: Answer) -> Outcome:
    with answer.given() as given:
        began = time.perf_counter()
        outcome = run(proof.question, given)
        proof.seconds.append(time.perf_counter() - began)
    return outcome


def _too_little(question: Question) -> list[str]:
    counted = (
        ("right answers", question.right_answers, RIGHT),
        ("wrong answers", question.wrong_answers, WRONG),
        ("hints", question.hints, HINTS),
    )
    return [f"{len(found)} {what}, and not {least}" for what, found, least in counted if len(found) < least]


def _stub() -> Given:
    def blank(*_: object, **__: object) -> None:
        raise NotImplementedError(f"{STUB}…")

    return Given(blank)
