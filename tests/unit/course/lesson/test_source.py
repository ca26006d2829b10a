"""A lesson's text becomes cells: split where slides begin, each knowing its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from labapp.course.lesson.source import Cell, Lesson, SourceError, find_lessons, read, split_at_headings


def lesson(path: Path, text: str) -> Lesson:
    source = path / "lesson.md"
    source.write_text(text)
    return Lesson("00-x", source, path / "00-x.ipynb")


def test_lessons_are_found_in_order_and_nothing_else_is(root: Path) -> None:
    for name in ("10-tenth", "02-no-text", "drafts", "3-short"):
        (root / "lessons" / name).mkdir()
    (root / "lessons" / "10-tenth" / "lesson.md").write_text("# Ten")
    found = find_lessons(root)
    assert [each.name for each in found] == ["00-first", "01-second", "10-tenth"]
    assert found[0].target == root / "notebooks" / "00-first.ipynb"


def test_elsewhere_than_in_the_checkout(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no lessons/ in .*: run this in the course's checkout"):
        find_lessons(tmp_path)


def test_cells_know_their_kind_their_metadata_and_their_line(tmp_path: Path) -> None:
    text = (
        "---\ntitle: ignored\nkernelspec: {name: python3, display_name: x}\n---\n\n# Title\n\n"
        '+++ {"slideshow": {"slide_type": "notes"}}\n\nSay.\n\n'
        "```{code-cell} python\n:tags: [a, b]\n\n1 + 1\n```\n\n"
        "```{code-cell}\n---\ntags: [c]\nslideshow:\n  slide_type: skip\n---\n2 + 2\n```\n\n"
        "```python\nshown()\n```\n"
    )
    draft = read(lesson(tmp_path, text))
    assert [(cell.kind, cell.text, cell.line) for cell in draft.cells] == [
        ("markdown", "# Title", 6),
        ("markdown", "Say.", 10),
        ("code", "1 + 1", 15),
        ("code", "2 + 2", 24),
        ("markdown", "```python\nshown()\n```", 27),
    ]
    assert [cell.metadata for cell in draft.cells] == [
        {},
        {"slideshow": {"slide_type": "notes"}},
        {"tags": ["a", "b"]},
        {"tags": ["c"], "slideshow": {"slide_type": "skip"}},
        {},
    ]
    assert draft.metadata == {"title": "ignored"}


def test_a_cell_splits_before_headings_but_not_in_fences() -> None:
    text = "Before.\n\n## One\n\n```\n## not\n```\n\n~~~~\n~~~\n### nor\n~~~~\n\n### Two\n\n#### deeper"
    pieces = split_at_headings(Cell("markdown", text, 10, {"tags": ["x"]}))
    assert [piece.text.split("\n")[0] for piece in pieces] == ["Before.", "## One", "### Two"]
    assert [piece.line for piece in pieces] == [10, 12, 23]
    assert [piece.tags for piece in pieces] == [["x"], [], []]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("---\nkernelspec: {name: x}\n---\n\ntext", "'display_name' is a required property"),
        ("+++ {not json}\n\ntext", "Markdown cell 0 at line 1 could not be read"),
        ("```{code-cell}\n:tags: [x\n\n1\n```", "Code cell 0 at line 1 could not be read: Invalid YAML"),
    ],
)
def test_a_text_that_cannot_be_read_names_the_file(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(lesson(tmp_path, text))
    assert str(caught.value).startswith(str(tmp_path / "lesson.md"))
    assert message in str(caught.value)
