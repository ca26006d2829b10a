"""Every question of every lesson: the right passes, the wrong is told why, a blank is no attempt."""

from pathlib import Path
from statistics import median

import pytest
from support.places import ROOT, SHOUT

from labapp import lab
from labapp.course.exercise import Answers
from labapp.course.exercise.self_check import Claim, every_claim, prove
from labapp.course.state import open_state

FOLDERS = (SHOUT / "lessons", ROOT / "lessons")
CLAIMS = [claim for folder in FOLDERS for claim in every_claim(folder)]


@pytest.mark.parametrize("claim", CLAIMS, ids=[claim.name for claim in CLAIMS])
def test_question(claim: Claim, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABAPP_PATIENCE", "3")  # The machine serves other tests too.
    proof = prove(claim)
    assert proof.amiss == []
    # A server's start aside, which is why the middle is looked at and not the worst.
    assert median(proof.seconds) < claim.question.seconds


def test_no_answer_of_a_proof_reaches_the_learners_progress(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABAPP_STATE_DIR", str(tmp_path / "state"))
    open_state.cache_clear()
    prove(CLAIMS[0])
    assert not (tmp_path / "state").exists()


def test_what_an_answer_launches_is_stopped_after_its_check() -> None:
    [*_, claim] = every_claim(FOLDERS[0])
    answers = Answers(claim.question.number)
    answers.right("other = lab.launch('gunicorn \"labapp:create_app()\"')")
    with claim.workbook.given(answers.number, answers.right_answers[-1]) as given:
        assert given.args[0] in lab.servers()
        assert len(lab.servers()) == 2
    assert lab.servers() == []
