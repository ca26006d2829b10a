from pathlib import Path

import pytest

from labapp.course.exercise.markers import MarkerError, cut, regions, without_marks
from labapp.course.lesson import Cell

FILE = Path("lessons/01-wsgi-callable/exercise.md")

ANSWER = '''def seven():
    """Return the days of a week."""
    days = 1
    ### BEGIN SOLUTION
    while days < 7:
        days += 1
    ### END SOLUTION
    return days'''


def code(text: str) -> Cell:
    return Cell("code", text, 10)


def test_a_region_is_cut_with_its_marks() -> None:
    cell = code(ANSWER)
    found = regions(FILE, cell)
    assert cut(cell, found, lambda region: "raise NotImplementedError").splitlines() == [
        "def seven():",
        '    """Return the days of a week."""',
        "    days = 1",
        "    raise NotImplementedError",
        "    return days",
    ]
    assert without_marks(cell, found) == ANSWER.replace("    ### BEGIN SOLUTION\n", "").replace(
        "    ### END SOLUTION\n", ""
    )


def test_several_regions_are_cut_each_in_its_place() -> None:
    cell = code(
        "a = 1\n### BEGIN SOLUTION\nb = 2\n### END SOLUTION\n### BEGIN HIDDEN TESTS\nc\n### END HIDDEN TESTS"
    )
    found = regions(FILE, cell)
    assert [region.kind for region in found] == ["SOLUTION", "HIDDEN TESTS"]
    assert cut(cell, found, lambda region: "..." if region.kind == "SOLUTION" else "") == "a = 1\n..."


def test_a_cell_without_marks_has_no_regions() -> None:
    for text in (
        "x = 1  # the beginning, the end",
        "",
        "# At the end of a request the solution is to close.",
    ):
        assert regions(FILE, code(text)) == []
    assert regions(FILE, Cell("markdown", "# Begin here\n\nThe solution ends there.", 1)) == []


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("### BEGIN SOLUTION\nx", 10, 'there is no "### END SOLUTION" for this line'),
        ("x\n### END SOLUTION", 11, 'there is no "### BEGIN SOLUTION" for this "### END SOLUTION"'),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION", 11, '"### END SOLUTION" is missing before this line'),
        ("### BEGIN SOLUTION\nx\n### END HIDDEN TESTS", 12, 'there is no "### BEGIN HIDDEN TESTS"'),
        ("### BEGIN SOLUTION\n### END SOLUTION", 11, "there is nothing between the two marks"),
        ("    ### BEGIN SOLUTION\n    x\n### END SOLUTION", 12, "the two marks are not indented alike"),
        ("## BEGIN SOLUTION\nx", 10, "this is no mark"),
        ("### BEGIN SOLUTIONS\nx", 10, "this is no mark"),
        ("### BEGIN SOLUTOIN\nx", 10, "this is no mark"),
        ("### Begin Solution\nx", 10, "this is no mark"),
        ("### BEGIN SOLUTION:\nx", 10, "this is no mark"),
        ("x = 1  ### BEGIN SOLUTION\n", 10, "this is no mark"),
        ("x = 1  # END SOLUTION\n", 10, "this is no mark"),
        ("###BEGIN HIDDEN_TESTS\n", 10, "this is no mark"),
    ],
)
def test_what_is_marked_wrongly_is_shown_where_it_stands(text: str, line: int, problem: str) -> None:
    with pytest.raises(MarkerError) as raised:
        regions(FILE, code(text))
    head, _, shown = str(raised.value).partition("\n\n")
    assert head.startswith(f"{FILE}:{line}: ")
    assert problem in head
    assert f"  > {line:4}  {text.splitlines()[line - 10]}" in shown


def test_text_cannot_be_a_solution() -> None:
    with pytest.raises(MarkerError, match="only code can be a solution"):
        regions(FILE, Cell("markdown", "### BEGIN SOLUTION\nx\n### END SOLUTION", 3))


def test_an_error_shows_the_lines_around_and_no_more() -> None:
    text = "\n".join(f"line {number}" for number in range(50)).replace("line 25", "### END SOLUTION")
    with pytest.raises(MarkerError) as raised:
        regions(FILE, code(text))
    shown = str(raised.value).split("\n\n")[1].splitlines()
    assert shown[0] == "      32  line 22"
    assert shown[3] == "  >   35  ### END SOLUTION"
    assert shown[-1] == "      38  line 28"
