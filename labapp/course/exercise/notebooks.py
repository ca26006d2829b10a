"""Two notebooks from one exercise.md: with the solutions, and for the learner.

Cells carry nbgrader's metadata, so that nbgrader takes the notebook in solutions/ for an assignment's source.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from labapp.course.exercise.markers import SOLUTION, cut, without_marks
from labapp.course.exercise.marking import Marked, mark, parse
from labapp.course.exercise.running import STUB
from labapp.course.folders import CHECKS, EXERCISE, lessons_with, title
from labapp.course.lesson import NAVIGATION, Cell, Draft, Lesson, Page, first_heading, page, read


def compose_exercises(root: Path) -> tuple[list[Page], list[Page]]:
    """Return the notebooks of `root`/lessons that go to solutions/ and to exercises/, none of them executed.

    Those in solutions/ are to be executed, those in exercises/ are complete. Raises SourceError.
    """
    folders = [folder for folder in lessons_with(CHECKS, root / "lessons") if (folder / EXERCISE).is_file()]
    solutions, exercises = [], []
    for place, folder in enumerate(folders):
        draft = read(Lesson(folder.name, folder / EXERCISE, root / "solutions" / f"{folder.name}.ipynb"))
        marked = mark(draft)
        stubs = [without_solution(each, folder.name) for each in marked]
        for each, stub in zip(marked, stubs, strict=True):
            parse(draft.lesson.source, each.cell, stub.text)
        links = _links(folders, place, f"[Exercises](../exercises/{folder.name}.ipynb)")
        solutions.append(_compose(draft, [with_solution(each) for each in marked], links))
        target = replace(draft.lesson, target=root / "exercises" / f"{folder.name}.ipynb")
        links = _links(folders, place, f"[Solutions](../solutions/{folder.name}.ipynb)")
        exercises.append(_compose(Draft(target, [], draft.metadata), stubs, links))
    return solutions, exercises


def with_solution(marked: Marked) -> Cell:
    """Return a cell as it goes to solutions/: marks and all, since it is nbgrader's source."""
    return Cell(marked.cell.kind, marked.cell.text, marked.cell.line, _metadata(marked))


def without_solution(marked: Marked, lesson: str) -> Cell:
    """Return a cell as it goes to exercises/, with a stub that raises where the solution was."""
    what = json.dumps(f"{STUB}{lesson[:2]}.{marked.question}: {marked.title}", ensure_ascii=False)
    stub = f"raise NotImplementedError({what})"
    text = cut(marked.cell, marked.regions, lambda region: stub if region.kind == SOLUTION else "")
    metadata = _metadata(marked)
    if any(region.kind == SOLUTION and not region.indent for region in marked.regions):
        # Such a stub raises when the cell is run, and Run All is to go on to the check.
        metadata["tags"] = [*metadata.get("tags", []), "raises-exception"]
    return Cell(marked.cell.kind, text, marked.cell.line, metadata)


def solution_of(source: Path, number: int) -> str:
    """Return the code of a question's solution in an exercise.md, without the marks; "" if it needs none."""
    marked = mark(read(Lesson(source.parent.name, source, source)))
    return "\n\n".join(
        without_marks(each.cell, each.regions) for each in marked if each.part and each.question == number
    )


def _compose(draft: Draft, cells: list[Cell], links: str) -> Page:
    skipped = {"tags": [NAVIGATION], "slideshow": {"slide_type": "skip"}}
    draft.cells = [*cells, Cell("markdown", links, cells[-1].line, skipped)]
    return page(draft, first_heading(cells[0].text)[1] or draft.lesson.name)


def _links(folders: Sequence[Path], place: int, others: str) -> str:
    """Return the way to the lesson, to the `others` of it, and to the exercises before and after."""
    here = folders[place]
    links = [f"Lesson: [{title(here)}](../notebooks/{here.name}.ipynb)", others]
    if place:
        before = folders[place - 1]
        links.insert(0, f"Previous exercises: [{title(before)}]({before.name}.ipynb)")
    if place + 1 < len(folders):
        after = folders[place + 1]
        links.append(f"Next exercises: [{title(after)}]({after.name}.ipynb)")
    return " · ".join(links)


def _metadata(marked: Marked) -> dict[str, Any]:
    """Return a cell's metadata with what nbgrader reads, and the lock that JupyterLab keeps."""
    if not (marked.part or marked.locked):
        return dict(marked.cell.metadata)
    kind = "check" if marked.checks else "answer" if marked.part else "setup"
    numbers = [number for number in (marked.question, marked.part if marked.part > 1 else 0) if number]
    nbgrader: dict[str, Any] = {
        "grade": marked.checks,
        "grade_id": "-".join([kind, *map(str, numbers)]),
        "locked": marked.locked,
        "schema_version": 3,
        "solution": bool(marked.part),
        "task": False,
    }
    if marked.checks:
        nbgrader["points"] = 1
    lock = {"deletable": False} | ({"editable": False} if marked.locked else {})
    return {**marked.cell.metadata, **lock, "nbgrader": nbgrader}
