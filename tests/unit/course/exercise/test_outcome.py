import pytest

from labapp.course.exercise import Outcome, Verdict, same, shown
from labapp.course.exercise.help import Hint, Solution


def failed(**more: str) -> Outcome:
    return Outcome(
        Verdict.FAIL,
        expected="every chunk as `bytes`",
        seen="`'<b>'`, a *str*",
        label="01.2",
        section="The body",
        link="../notebooks/01-wsgi-callable.ipynb#The-body",
        hint="exercise.hint(2)",
        **more,  # type: ignore[arg-type]
    )


def test_plain_text_is_lines_with_names() -> None:
    assert repr(failed()) == (
        "Exercise 01.2: fail\n"
        "  expected: every chunk as `bytes`\n"
        "  seen:     `'<b>'`, a str\n"
        "  look at:  The body\n"
        "  hint:     exercise.hint(2)"
    )


def test_a_pass_is_one_line() -> None:
    assert repr(Outcome(Verdict.PASS, label="01.2", section="The body", hint="…")) == "Exercise 01.2: pass"


def test_html_says_the_verdict_in_words_escapes_and_links() -> None:
    html = failed()._repr_html_()
    assert 'aria-label="Exercise 01.2: fail"' in html
    assert "<code>&#x27;&lt;b&gt;&#x27;</code>, a <em>str</em>" in html
    assert '<a href="../notebooks/01-wsgi-callable.ipynb#The-body">The body</a>' in html
    assert "<b>" not in html


def test_code_is_never_read_as_markup() -> None:
    outcome = failed(line="line 3 of the cell: a * b * `c`", printed="*x*\n<y>")
    assert "a * b * `c`" in str(outcome)
    assert "*x*\n            <y>" in str(outcome)
    assert "a * b * `c`" in outcome._repr_html_()
    assert "*x*\n&lt;y&gt;" in outcome._repr_html_()


def test_every_verdict_has_a_mark_of_its_own() -> None:
    marks = set()
    for verdict in Verdict:
        html = Outcome(verdict)._repr_html_()
        marks.add(html.split('<span aria-hidden="true"')[1].split(">")[1][0])
    assert len(marks) == len(Verdict)


def test_long_lines_are_wrapped_under_their_name() -> None:
    lines = str(Outcome(Verdict.FAIL, expected="word " * 50, seen="x")).splitlines()
    assert max(map(len, lines)) <= 100
    assert lines[2].startswith("            word")


class Mute:
    def __repr__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7, "`7`"),
        ("7", "`'7'`"),
        ("a`b", "`'a'b'`"),
        (Mute(), "`<Mute instance at"),
        ("x" * 999, "`'xxx"),
    ],
)
def test_a_value_is_shown_as_a_line_of_code(value: object, text: str) -> None:
    assert shown(value).startswith(text)
    assert len(shown(value)) < 100
    assert shown(value).count("`") == 2


def test_what_claims_to_equal_everything_is_not_the_same() -> None:
    class Games:
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]

    assert same(7, 7)
    assert not same(Games(), 7)
    assert not same(True, 1)
    assert not same(7.0, 7)


def test_hints_say_how_many_there_are() -> None:
    assert repr(Hint("01.2", 2, ("Look at `environ`.",), 3)) == (
        "Exercise 01.2: 1 of 3 hints\n  hint 1: Look at `environ`.\n  next:   exercise.hint(2)"
    )
    assert "next" not in repr(Hint("01.2", 2, ("a", "b"), 2))
    assert "<code>environ</code>" in Hint("01.2", 2, ("Look at `environ`.",), 3)._repr_html_()


def test_a_solution_is_coloured_code() -> None:
    bundle = Solution("01.2", 2, "return 7")._repr_mimebundle_()
    assert bundle["text/markdown"].endswith("```python\nreturn 7\n```")
    assert bundle["text/plain"].endswith("\n\nreturn 7")
