"""Every question of every lesson: the right passes, the wrong is told why, a blank is no attempt."""

from pathlib import Path
from statistics import median

import pytest

from labapp.course.exercise import Question
from labapp.course.exercise.lessons import SOURCE
from labapp.course.exercise.notebooks import solution_of
from labapp.course.exercise.self_check import every_question, prove
from labapp.course.state import open_state

REPOSITORY = Path(__file__).parents[3]
FOLDERS = (REPOSITORY / "tests/unit/exercise/course/lessons", REPOSITORY / "lessons")
QUESTIONS = [pair for folder in FOLDERS for pair in every_question(folder)]


@pytest.mark.parametrize(
    ("lesson", "question"), QUESTIONS, ids=[f"{lesson.name}.{asked.number}" for lesson, asked in QUESTIONS]
)
def test_question(lesson: Path, question: Question, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABAPP_PATIENCE", "3")  # The machine serves other tests too.
    proof = prove(question, solution_of(lesson / SOURCE, question.number))
    assert proof.amiss == []
    # A server's start aside, which is why the middle is looked at and not the worst.
    assert median(proof.seconds) < question.seconds


def test_no_answer_of_a_proof_reaches_the_learners_progress(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABAPP_STATE_DIR", str(tmp_path / "state"))
    open_state.cache_clear()
    prove(QUESTIONS[0][1])
    assert not (tmp_path / "state").exists()
    open_state.cache_clear()
