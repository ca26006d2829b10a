from labapp.course.contract.text import read_html
from labapp.course.quiz import Quiz


def test_on_paper_the_answers_stand_below(quiz: Quiz) -> None:
    assert str(quiz("spellings")) == (
        "A script waits until the port is open. Which of these get past it wrongly? (several answers are\n"
        "right)\n"
        "  a) `labapp:create_app`\n"
        "  b) `labap:create_app()`\n"
        "  c) `labapp:create_app()`\n"
        "Answers:\n"
        "  a) Right: It listens for good, and answers 500.\n"
        "  b) Right: The port opens before the worker fails to import.\n"
        "  c) Wrong: This one gets past it rightly."
    )


def test_on_a_page_the_answers_are_folded(quiz: Quiz) -> None:
    html = quiz("bottleneck")._repr_mimebundle_()["text/html"]
    shown, _, folded = html.partition("<details>")
    assert "It made no" not in shown
    assert "<summary>Answers</summary>" in folded
    assert folded.endswith("</details>")
    assert "<strong>Right:</strong> It made no <code>accept</code> call" in folded
    assert "<strong>Wrong:</strong> They show who <em>answered</em>" in folded
    assert "&quot;The master is our bottleneck" in shown
    assert read_html(html).words


def test_a_prediction_on_paper_is_a_question(quiz: Quiz) -> None:
    assert str(quiz("ten")) == "Predict: How many seconds will ten requests of `0.2 s` take? (in s)"
    assert str(quiz("start")).splitlines()[1:] == ["  - the start", "  - the request", "  - neither"]
    html = quiz("start")._repr_mimebundle_()["text/html"]
    assert html.startswith("<p><strong>Predict:</strong> Does the start fail")
    assert html.count("<li>") == 3


def test_no_copy_depends_on_what_a_learner_did(quiz: Quiz) -> None:
    before = quiz("ten")._repr_mimebundle_()
    quiz("ten").form().state = {"value": 2}
    assert quiz("ten")._repr_mimebundle_() == before
