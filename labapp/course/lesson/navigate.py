"""Generated cells: the way from lesson to lesson and to its exercises, and the table of contents."""

from __future__ import annotations

from collections.abc import Sequence

from labapp.course.folders import EXERCISE
from labapp.course.lesson.source import Cell, Draft
from labapp.course.lesson.structure import Outline, anchor, first_heading

NAVIGATION = "navigation"
CONTENTS = "contents"


def add_navigation(drafts: Sequence[Draft], outlines: Sequence[Outline]) -> None:
    """Append to every draft its links to the previous lesson, the contents, its exercises and the next.

    The cell that an author tagged `contents` receives the table of all lessons.
    """
    home = ""
    for draft in drafts:
        for cell in draft.cells:
            if CONTENTS in cell.tags:
                heading = first_heading(cell.text)[1]
                home = draft.lesson.target.name + (f"#{anchor(heading)}" if heading else "")
                cell.text += "\n\n" + contents(drafts, outlines)
    for index, draft in enumerate(drafts):
        links = []
        if index:
            links.append("Previous: " + _link(drafts[index - 1], outlines[index - 1]))
        if home:
            links.append(f"[Contents]({home})")
        if (draft.lesson.source.parent / EXERCISE).is_file():
            links.append(f"[Exercises](../exercises/{draft.lesson.target.name})")
        if index + 1 < len(drafts):
            links.append("Next: " + _link(drafts[index + 1], outlines[index + 1]))
        if links:
            skipped = {"tags": [NAVIGATION], "slideshow": {"slide_type": "skip"}}
            draft.cells.append(Cell("markdown", " · ".join(links), draft.cells[-1].line, skipped))


def contents(drafts: Sequence[Draft], outlines: Sequence[Outline]) -> str:
    """Return the table of all lessons: number, link, what it enables, minutes of reading and of exercises."""
    rows = ["| | Lesson | You will be able to | Minutes of reading | of exercises |", "|---|---|---|---|---|"]
    for draft, outline in zip(drafts, outlines, strict=True):
        enables = outline.card.get("You will be able to", "")
        times = [str(minutes or "") for minutes in (outline.minutes, outline.exercise_minutes)]
        rows.append(f"| {' | '.join([draft.lesson.name[:2], _link(draft, outline), enables, *times])} |")
    return "\n".join(rows)


def _link(draft: Draft, outline: Outline) -> str:
    return f"[{outline.title or draft.lesson.name}]({draft.lesson.target.name})"
