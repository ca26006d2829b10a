from pathlib import Path

import pytest

from labapp.course.folders import LessonError
from labapp.course.quiz.question import Answer, Choice, Prediction
from labapp.course.quiz.source import read_questions

CHOICE = """\
## two

What is one and one?
Think.

- [x] 2
  It is what
  one and one make.
- [ ] 3
  That is one too many.
"""


def read(folder: Path, text: str) -> dict[str, Choice | Prediction]:
    path = folder / "quiz.md"
    path.write_text(text)
    return read_questions(path)


def test_a_choice_is_a_list_of_boxes(tmp_path: Path) -> None:
    answers = (
        Answer("2", "It is what one and one make.", is_right=True),
        Answer("3", "That is one too many.", is_right=False),
    )
    assert read(tmp_path, f"# Quiz\n\n{CHOICE}") == {
        "two": Choice("two", "What is one and one? Think.", answers)
    }


def test_a_question_without_answers_is_a_prediction(tmp_path: Path) -> None:
    number = "## ten\n\nHow long?\n\nunit: s\n\n## many\n\nHow many?\n\n"
    text = number + "## how\n\nHow so?\n\n- this way\n- that way\n"
    assert read(tmp_path, text) == {
        "ten": Prediction("ten", "How long?", "s"),
        "how": Prediction("how", "How so?", "", ("this way", "that way")),
        "many": Prediction("many", "How many?"),
    }


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("A stray word.\n", 1, "this belongs under a heading"),
        ("## Two Words\n\nWhat?\n", 1, "'Two Words' is no name for a question"),
        ("## two\n\n- [x] 2\n  Yes.\n- [ ] 3\n  No.\n", 1, "'two' asks nothing"),
        (CHOICE + CHOICE, 11, "'two' is asked twice"),
        (CHOICE.replace("[x]", "[ ]"), 1, "'two': no answer is right"),
        (CHOICE.replace("[ ]", "[x]"), 1, "'two': no answer is wrong"),
        (CHOICE.replace("] 3", "] 2"), 1, "'two': two answers say the same"),
        (CHOICE.replace("  That is one too many.\n", ""), 1, "'two': the answer '3' is not explained"),
        (CHOICE.replace("  That", "That"), 11 - 1, "this is neither a question nor an answer: 'That is one"),
        (CHOICE.replace("- [ ] 3", "- [y] 3"), 9, "this is neither a question nor an answer: '- [y] 3'"),
        (CHOICE + "\nunit: s\n", 1, "'two' has answers, and what only a prediction has"),
        ("## how\n\nHow so?\n\n- this way\n", 1, "'how': give at least two choices that differ"),
        ("## how\n\nHow so?\n\n- this way\n- this way\n", 1, "'how': give at least two choices that differ"),
        (
            "## how\n\nHow so?\n\n- this way\n- that way\nmore\n",
            7,
            "this is neither a question nor an answer",
        ),
    ],
)
def test_what_is_amiss_is_named_with_its_line(tmp_path: Path, text: str, line: int, problem: str) -> None:
    with pytest.raises(LessonError) as raised:
        read(tmp_path, text)
    assert str(raised.value).startswith(f"{tmp_path / 'quiz.md'}:{line}: {problem}")
