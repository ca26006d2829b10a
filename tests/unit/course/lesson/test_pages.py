"""What the build derives: slides, links, ids, metadata."""

from __future__ import annotations

from pathlib import Path

import pytest

from labapp.course.lesson import NAVIGATION, Cell, dumps, find_lessons, loads
from labapp.course.lesson.folding import fold
from labapp.course.lesson.pages import Page, cell_ids, compose
from labapp.course.lesson.slides import mark
from labapp.course.lesson.structure import card, headings, outline

TABLE = """\
| You will be able to | You need | Time |
|---|---|---|
| a \\| b | c | 40 minutes |"""


def test_what_may_be_left_out_is_folded() -> None:
    cells = [
        Cell("markdown", text, 1) for text in ("## Fork", "## The herd (optional)\n\nIt", "It is (optional)")
    ]
    fold([*cells, Cell("code", "# ## Not (optional)", 1)])
    assert [cell.metadata for cell in cells] == [{}, {"jp-MarkdownHeadingCollapsed": True}, {}]


def test_slides_by_rule_and_by_word() -> None:
    told = {"slideshow": {"slide_type": "notes"}}
    cells = [
        Cell("markdown", "# Title", 1),
        Cell("markdown", "## Section\n\ntext", 1),
        Cell("markdown", "### Part", 1),
        Cell("markdown", "#### Detail", 1),
        Cell("markdown", "prose", 1),
        Cell("code", "# a comment", 1),
        Cell("markdown", "## Said otherwise", 1, told),
        Cell("code", "1", 1, {"tags": ["x"], "slideshow": {}}),
    ]
    mark(cells)
    kinds = [cell.metadata["slideshow"]["slide_type"] for cell in cells]
    assert kinds == ["slide", "slide", "subslide", "fragment", "fragment", "fragment", "notes", "fragment"]
    assert cells[-1].tags == ["x"]


def test_links_lead_from_lesson_to_lesson(pages: list[Page]) -> None:
    first, second = (page.notebook.cells[-1] for page in pages)
    assert first.source == "[Contents](00-first.ipynb#Contents) · Next: [A second lesson](01-second.ipynb)"
    assert second.source == "Previous: [A first lesson](00-first.ipynb) · [Contents](00-first.ipynb#Contents)"
    assert first.metadata == {"tags": [NAVIGATION], "slideshow": {"slide_type": "skip"}}


def test_the_table_of_contents(pages: list[Page]) -> None:
    contents = next(cell for cell in pages[0].notebook.cells if cell.source.startswith("## Contents"))
    assert contents.source.splitlines()[-2:] == [
        "| 00 | [A first lesson](00-first.ipynb) | add | 3 |  |",
        "| 01 | [A second lesson](01-second.ipynb) | list | 4 |  |",
    ]


def test_one_lesson_alone_leads_nowhere(root: Path) -> None:
    (page,) = compose(find_lessons(root)[1:])
    assert NAVIGATION not in page.notebook.cells[-1].metadata.get("tags", [])


def test_metadata_is_the_same_from_every_python(pages: list[Page]) -> None:
    assert pages[0].notebook.metadata == {
        "title": "A first lesson",
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {
            "codemirror_mode": {"name": "ipython", "version": 3},
            "file_extension": ".py",
            "mimetype": "text/x-python",
            "name": "python",
            "nbconvert_exporter": "python",
            "pygments_lexer": "ipython3",
            "version": "3",
        },
    }


def test_an_id_changes_with_its_own_text_only() -> None:
    cells = [Cell("code", text, 1) for text in ("a", "b", "a", "c")]
    before = cell_ids("00-x", cells)
    assert len(set(before)) == 4
    cells[1] = Cell("code", "changed", 1)
    cells.insert(0, Cell("markdown", "new", 1))
    after = cell_ids("00-x", cells)
    assert [after[1], after[3], after[4]] == [before[0], before[2], before[3]]
    assert after[2] != before[1]
    assert cell_ids("01-y", [Cell("code", "a", 1)]) != before[:1]


def test_composing_twice_is_the_same_and_survives_the_disk(root: Path) -> None:
    one, other = compose(find_lessons(root)), compose(find_lessons(root))
    assert [dumps(page.notebook) for page in one] == [dumps(page.notebook) for page in other]
    assert loads(dumps(one[0].notebook)) == one[0].notebook


def test_a_cell_is_placed_at_its_line(pages: list[Page]) -> None:
    index = next(i for i, cell in enumerate(pages[0].notebook.cells) if cell.source == "1 + 1")
    name, line = pages[0].place(index).rsplit(":", 1)
    assert Path(name).read_text().splitlines()[int(line) - 1] == "1 + 1"


def test_the_outline_of_a_lesson() -> None:
    found = outline(
        [
            ("markdown", f"# `One`\n\n{TABLE}"),
            ("markdown", "## First\n\n*15 minutes.* Text"),
            ("code", "## not a heading"),
            ("markdown", "### Part\n\n*9 minutes.*"),
            ("markdown", "## Second ##\n\n*25 minutes*"),
        ]
    )
    assert (found.title, found.minutes) == ("`One`", 40)
    assert found.card["You will be able to"] == "a \\| b"
    assert [(section.title, section.minutes, section.cells) for section in found.sections] == [
        ("First", 15, [1, 2, 3]),
        ("Second", 25, [4]),
    ]


@pytest.mark.parametrize(
    "text", ["", "| a | b |\n|---|---|\n| 1 | 2 |", "| You need | Time |\n|---|---|\n| 1 | 2 |"]
)
def test_no_other_table_is_taken_for_the_opening_one(text: str) -> None:
    assert card(text) == {}


def test_headings_are_read_outside_fences() -> None:
    assert headings(["# A\n\n```\n# no\n```\n\n###### B", "text # no"]) == ["A", "B"]
