"""A lesson begun from the template: where it goes, and what is refused."""

from pathlib import Path

import pytest

from labapp.course.folders import LessonError
from labapp.course.new_lesson import main, new_lesson


@pytest.fixture
def lessons(tmp_path: Path) -> Path:
    """A checkout's folder of lessons, with a template and one lesson."""
    (tmp_path / "lessons" / "template").mkdir(parents=True)
    (tmp_path / "lessons" / "09-taken").mkdir()
    (tmp_path / "lessons" / "template" / "lesson.md").write_text('# TITLE\nQuiz("NAME")\n')
    return tmp_path / "lessons"


def test_it_takes_name_and_title(lessons: Path) -> None:
    made = new_lesson(lessons, "14", "unix-sockets", "Sockets with a path")
    assert made == lessons / "14-unix-sockets"
    assert (made / "lesson.md").read_text() == '# Sockets with a path\nQuiz("14-unix-sockets")\n'


@pytest.mark.parametrize(
    ("number", "name", "title", "told"),
    [
        ("9", "x", "X", "two digits, such as 14"),
        ("xx", "x", "X", "two digits"),
        ("14", "Unix sockets", "X", "small letters, digits and single hyphens"),
        ("14", "../x", "X", "small letters"),
        ("14", "x", " ", "A title is one line"),
        ("14", "x", "Wow!", "no exclamation mark"),
        ("09", "x", "X", "Lesson 09 is 09-taken already"),
    ],
)
def test_what_cannot_be_is_refused(lessons: Path, number: str, name: str, title: str, told: str) -> None:
    before = sorted(lessons.rglob("*"))
    with pytest.raises(LessonError, match=told):
        new_lesson(lessons, number, name, title)
    assert sorted(lessons.rglob("*")) == before


def test_outside_a_checkout_it_says_where_to_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["14", "x", "--root", str(tmp_path)]) == 2
    assert "run this in the checkout, or name it by --root" in capsys.readouterr().err
