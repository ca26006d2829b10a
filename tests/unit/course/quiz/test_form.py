import json
import threading
from pathlib import Path

import pytest

from labapp.course.quiz import LessonError, Quiz
from labapp.course.quiz.comparison import Comparison, number
from labapp.course.quiz.question import Prediction
from labapp.course.quiz.quiz import _forms
from labapp.course.state import open_state


def next_kernel() -> None:
    """Forget what only a kernel remembers."""
    open_state.cache_clear()
    for form in _forms.values():
        form.close()
    _forms.clear()


def test_it_says_what_it_is(quiz: Quiz) -> None:
    assert repr(quiz) == "Quiz of lesson 90-shout: bottleneck, spellings, ten, start"
    with pytest.raises(LessonError, match=r"start\. There is no 'end'\."):
        quiz("end")
    with pytest.raises(LessonError, match="Those that do: 90-shout"):
        Quiz("91-other")


def test_the_browser_gets_the_question_and_every_explanation(quiz: Quiz) -> None:
    spec = quiz("bottleneck").form().spec
    assert spec["kind"] == "choice"
    assert not spec["several"]
    assert [answer["right"] for answer in spec["answers"]] == [True, False, False]
    assert all(answer["because"] for answer in spec["answers"])
    assert quiz("spellings").form().spec["several"]


def test_the_same_question_asked_again_is_the_same_form(quiz: Quiz) -> None:
    assert quiz("ten").form() is quiz("ten").form() is Quiz("90-shout")("ten").form()
    assert quiz("ten").form() is not quiz("start").form()


def test_an_answer_is_there_again_in_the_next_kernel(quiz: Quiz) -> None:
    state = {"chosen": [1], "checked": True, "misses": 2}
    quiz("bottleneck").form().state = state
    quiz("ten").form().state = {"value": 0.2}
    next_kernel()
    assert quiz("bottleneck").form().state == state
    assert quiz("ten").form().state == {"value": 0.2}


def test_what_is_kept_outlives_a_new_order_of_the_answers(quiz: Quiz, state_folder: Path) -> None:
    quiz("bottleneck").form().state = {"chosen": [1], "checked": True, "misses": 1}
    kept = json.loads((state_folder / "progress.json").read_text())
    assert kept["lessons"]["90-shout"]["quiz"]["bottleneck"]["chosen"] == ["The counts by worker"]


@pytest.mark.parametrize(
    "kept",
    [
        3,
        [],
        {"chosen": 3},
        {"chosen": ["An answer that is no more"], "checked": True, "misses": "many"},
        {"chosen": [[]], "checked": 7, "misses": -1},
    ],
)
def test_what_cannot_be_read_is_a_new_beginning(quiz: Quiz, kept: object) -> None:
    open_state().change("90-shout", lambda record: record.update(quiz={"bottleneck": kept}))
    assert quiz("bottleneck").form().state == {"chosen": [], "checked": False, "misses": 0}


@pytest.mark.parametrize("value", ["0.2", None, True, [2]])
def test_what_is_no_prediction_is_not_kept(quiz: Quiz, value: object) -> None:
    quiz("ten").form().state = {"value": value}
    next_kernel()
    assert quiz("ten").form().state == {}


def test_a_state_that_cannot_be_kept_does_not_matter(quiz: Quiz, state_folder: Path) -> None:
    state_folder.write_text("in the way")
    quiz("ten").form().state = {"value": 2}
    assert quiz.compare("ten", 2.0).predicted == 2


def test_a_prediction_stands_beside_what_is_measured(quiz: Quiz) -> None:
    form = quiz("ten").form()
    form.state = {"value": 0.2}
    comparison = quiz.compare("ten", 2.0213)
    assert str(comparison) == (
        "How many seconds will ten requests of `0.2 s` take?\n"
        "  predicted: 0.2 s\n"
        "  measured:  ≈ 2.02 s\n"
        "  The prediction was 10 times too low."
    )
    assert form.measured == "≈ 2.02 s. The prediction was 10 times too low."
    html = comparison._repr_html_()
    assert '<th scope="row">predicted</th><td>0.2 s</td>' in html
    assert "width: 9.9%" in html
    assert "width: 100.0%" in html


def test_asked_again_the_measurement_is_still_to_come(quiz: Quiz) -> None:
    form = quiz("ten").form()
    form.state = {"value": 2.0}
    quiz.compare("ten", 2.0)
    assert form.measured == "≈ 2 s. As predicted."
    quiz("ten")
    assert form.measured == ""


def test_without_a_prediction_the_measurement_stands_alone(quiz: Quiz) -> None:
    form = quiz("ten").form()
    comparison = quiz.compare("ten", 2.0)
    assert form.measured == "", "the question is still open"
    assert "predicted:" not in str(comparison)
    assert "<td>≈ 2 s</td>" in comparison._repr_html_()


def test_a_prediction_that_is_on_its_way_is_waited_for_where_cells_may_overtake_it(
    quiz: Quiz, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = quiz("ten").form()
    monkeypatch.setattr("labapp.course.quiz.quiz.ON_ITS_WAY", 60)
    assert quiz.compare("ten", 2.0).predicted is None  # Here nothing can come meanwhile.
    monkeypatch.setattr("labapp.course.kernel.hears_beside_cells", lambda: True)
    late = threading.Timer(0.05, lambda: setattr(form, "state", {"value": 2.0}))
    late.start()
    assert quiz.compare("ten", 2.0).predicted == 2
    assert form.measured == "≈ 2 s. As predicted."
    late.join()


def test_a_prediction_in_words(quiz: Quiz) -> None:
    quiz("start").form().state = {"value": "the start"}
    assert quiz.compare("start", "the request").verdict == "Not as predicted."
    assert quiz.compare("start", "the start").verdict == "As predicted."
    assert "the start" in quiz.compare("start", "the request")._repr_html_()


def test_what_is_no_prediction_cannot_be_compared(quiz: Quiz) -> None:
    with pytest.raises(LessonError, match="'bottleneck' of lesson 90-shout has answers"):
        quiz.compare("bottleneck", 1)


@pytest.mark.parametrize(
    ("predicted", "measured", "verdict"),
    [
        (2, 2, "As predicted."),
        (2, 2.001, "As predicted."),
        (2, 2.1, "As predicted, nearly."),
        (2, 0.2, "The prediction was 10 times too high."),
        (2, 3.0, "The prediction was 1.5 times too low."),
        (5, 6, "The prediction was 1 s too low."),
        (12, 11, "The prediction was 1 s too high."),
        (2.5, 3, "The prediction was 1.2 times too low."),
        (5, 60, "The prediction was 12 times too low."),
        (0, 3, "Not as predicted."),
        (-1, 3, "Not as predicted."),
    ],
)
def test_the_distance_is_said_in_words(predicted: float, measured: float, verdict: str) -> None:
    assert Comparison(Prediction("ten", "How long?", "s"), predicted, measured).verdict == verdict


@pytest.mark.parametrize(
    ("value", "text"),
    [(2, "2"), (2.0, "2"), (0.2, "0.2"), (2.0213, "2.02"), (1234.56, "1235"), (0.00012, "0.00012")],
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert number(value) == text


def test_in_a_kernel_the_form_is_shown_and_the_copies_go_with_it(
    quiz: Quiz, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labapp.course.kernel.in_a_kernel", lambda: True)
    bundle = quiz("ten")._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == quiz("ten").form().model_id
