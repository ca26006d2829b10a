"""Every exercise notebook as a learner first runs it: only its own stubs raise, nothing counts as tried."""

from __future__ import annotations

import asyncio

import pytest
from support.places import ROOT
from support.strict import LONGEST

from labapp.course.build.execute import execute
from labapp.course.exercise.notebooks import compose_exercises
from labapp.course.lesson import Page

PAGES = compose_exercises(ROOT)[1]


@pytest.mark.notebook
@pytest.mark.timeout(LONGEST)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.lesson.name)
def test_only_its_own_stubs_raise(page: Page) -> None:
    # A cell that is not announced to raise, and does, ends the run; so does a server left running.
    asyncio.run(execute(page, lambda done, total: None))
    cells = [cell for cell in page.notebook.cells if cell.cell_type == "code"]
    stub = f"Exercise {page.lesson.name[:2]}."
    for cell in cells:
        for output in cell.outputs:
            if output.output_type == "error":
                assert output.ename == "NotImplementedError", cell.source
                assert output.evalue.startswith(stub), cell.source
    checks = [cell for cell in cells if cell.source.startswith("exercise.check(")]
    assert checks
    for cell in checks:
        said = cell.outputs[0].data["text/plain"].splitlines()[0]
        assert said.endswith(": unattempted"), f"{cell.source}: {said}"
