"""The proof of a lesson's checks: the right passes, the wrong is told why, a blank is no attempt."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from labapp.course.exercise import lessons
from labapp.course.exercise.answers import Answer, Answers
from labapp.course.exercise.outcome import Outcome, Verdict
from labapp.course.exercise.question import Question
from labapp.course.exercise.running import run
from labapp.course.exercise.workbook import AnswerError, Workbook
from labapp.course.folders import CHECKS, EXERCISE, lessons_with

RIGHT, WRONG, HINTS = 2, 4, 2
"""How many a question has at least."""
_TELLING = 20


@dataclass(frozen=True, slots=True)
class Claim:
    """A question, and what proves it."""

    lesson: Path
    question: Question
    answers: Answers
    workbook: Workbook

    @property
    def name(self) -> str:
        """The lesson and the question."""
        return f"{self.lesson.name}.{self.question.number}"


@dataclass(slots=True)
class Proof:
    """What came of running every answer of one question: what is amiss, how long each check took, in s."""

    claim: Claim
    amiss: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def every_claim(folder: Path) -> Iterator[Claim]:
    """Yield the questions of all lessons in a folder, with their answers; raises LessonError, SourceError."""
    for lesson in lessons_with(CHECKS, folder):
        workbook, questions = Workbook(lesson / EXERCISE), lessons.questions(lesson)
        declared = lessons.answers(lesson)
        for question in questions:
            yield Claim(lesson, question, declared.get(question.number, Answers(question.number)), workbook)


def prove(claim: Claim) -> Proof:
    """Run every answer to a question; no outcome may show a line of the solution."""
    proof = Proof(claim, _too_little(claim))
    solution = claim.workbook.solution(claim.question.number)
    secrets = [line.strip() for line in solution.splitlines() if len(line.strip()) >= _TELLING]
    for answer in claim.answers.right_answers:
        outcome = _run(proof, answer)
        if outcome and not outcome.passed:
            proof.amiss.append(f"right, and does not pass: {answer.name}\n{outcome}")
    said: dict[str, Answer] = {}
    for answer in claim.answers.wrong_answers:
        outcome = _run(proof, answer)
        if not outcome:
            continue
        if outcome.verdict not in (Verdict.FAIL, Verdict.ERROR) or outcome.baffled:
            proof.amiss.append(f"wrong, and not rejected as such: {answer.name}\n{outcome}")
        elif answer.message not in outcome.message:
            proof.amiss.append(f"wrong, and not told {answer.name}\n{outcome}")
        elif (other := said.setdefault(outcome.message, answer)) is not answer:
            proof.amiss.append(f"wrong, and told what {other.name} is told: {answer.name}\n{outcome}")
        # The line at which it happened is the learner's own, and may be one that the solution has too.
        if any(secret in str(replace(outcome, line="")) for secret in secrets):
            proof.amiss.append(f"wrong, and told the answer: {answer.name}\n{outcome}")
    outcome = _run(proof, None)
    if outcome and outcome.verdict is not Verdict.UNATTEMPTED:
        proof.amiss.append(f"blank, and taken for an attempt\n{outcome}")
    if any(secret in hint for secret in secrets for hint in claim.question.hints[:-1]):
        proof.amiss.append("a hint before the last gives a line of the solution")
    return proof


def _run(proof: Proof, answer: Answer | None) -> Outcome | None:
    """Check an answer, the untouched cells if there is none; return None if it cannot be given."""
    claim, number = proof.claim, proof.claim.question.number
    try:
        with claim.workbook.given(number, answer) as given:
            began = time.perf_counter()
            outcome = run(claim.question, given)
            proof.seconds.append(time.perf_counter() - began)
            return outcome
    except AnswerError as error:
        proof.amiss.append(f"{claim.name}, {answer.name if answer else 'blank'}: {error}")
        return None


def _too_little(claim: Claim) -> list[str]:
    counted = (
        ("right answers", claim.answers.right_answers, RIGHT),
        ("wrong answers", claim.answers.wrong_answers, WRONG),
        ("hints", claim.question.hints, HINTS),
    )
    return [f"{len(found)} {what}, and not {least}" for what, found, least in counted if len(found) < least]
