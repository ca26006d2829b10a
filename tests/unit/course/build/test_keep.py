"""What a rebuild changes: nothing, where the run only confirmed what was committed."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from labapp.course.build.keep import keep
from labapp.course.build.normalise import normalise
from labapp.course.build.sanitise import Sanitiser
from labapp.course.contract import RUN, digest
from labapp.course.lesson import Page, load

PIDS = Sanitiser("regex: pid \\d+\nreplace: pid PID\n\n[path of a home]\nregex: /home/\\w+/\nreplace: ~/\n")


@pytest.fixture
def committed(pages: list[Page]) -> Any:
    return load(pages[0].lesson.target)


def find(notebook: Any, start: str) -> Any:
    return next(cell for cell in notebook.cells if cell.source.startswith(start))


def test_nothing_changed(committed: Any) -> None:
    built = deepcopy(committed)
    assert keep(built, committed, PIDS) == 0
    assert built == committed


@pytest.fixture
def confirmed(committed: Any) -> Any:
    """A second run of the notebook: other pids, another measurement, and nothing else."""
    find(committed, "1 + 1").outputs[0].data["text/plain"] = "pid 1"
    committed.metadata[RUN] = digest(committed)
    built = deepcopy(committed)
    find(built, "1 + 1").outputs[0].data["text/plain"] = "pid 22"
    find(built, "import time").outputs[0].text = "99.9\n"
    return built


def test_a_run_that_confirms_the_committed_one_leaves_all_of_it(committed: Any, confirmed: Any) -> None:
    assert keep(confirmed, committed, PIDS) == 0
    assert confirmed == committed


def test_a_run_that_differs_in_one_cell_replaces_all(committed: Any, confirmed: Any) -> None:
    find(confirmed, "1 / 0").outputs[0].evalue = "by zero"
    assert keep(confirmed, committed, PIDS) == 1
    assert find(confirmed, "1 + 1").outputs[0].data["text/plain"] == "pid 22"
    assert find(confirmed, "import time").outputs[0].text == "99.9\n"


def test_words_that_changed_leave_the_outputs(committed: Any, confirmed: Any) -> None:
    find(confirmed, "# ").source += " more"
    assert keep(confirmed, committed, PIDS) == 0
    assert find(confirmed, "import time").outputs[0].text == "12.5\n"


def changed(notebook: Any) -> None:
    find(notebook, "1 + 1").id = "another"


def removed(notebook: Any) -> None:
    notebook.cells.remove(find(notebook, "from types"))


def shows_something_else(notebook: Any) -> None:
    find(notebook, "import time").outputs[0].name = "stderr"


@pytest.mark.parametrize("what", [changed, removed, shows_something_else])
def test_other_code_and_other_kinds_of_outputs_are_a_run_of_their_own(
    committed: Any, confirmed: Any, what: Callable[[Any], None]
) -> None:
    what(confirmed)
    assert keep(confirmed, committed, PIDS) > 0
    assert find(confirmed, "import time").outputs[0].text == "99.9\n"


def test_a_mixture_of_runs_is_not_kept(committed: Any, confirmed: Any) -> None:
    find(committed, "1 + 1").outputs[0].data["text/plain"] = "pid 333"
    assert keep(confirmed, committed, PIDS) > 0
    assert find(confirmed, "1 + 1").outputs[0].data["text/plain"] == "pid 22"


def test_a_published_notebook_has_no_widget_no_timing_and_no_home(committed: Any, tmp_path: Path) -> None:
    committed.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}
    cell = find(committed, "1 + 1")
    cell.metadata["execution"] = {"iopub.status.busy": "2026-11-21T01:02:03"}
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}}
    cell.outputs[0].data = {**view, "text/plain": "/home/ada/x", "image/svg+xml": "<svg/>"}
    normalise(committed, PIDS.shorten)
    assert "widgets" not in committed.metadata
    assert "execution" not in cell.metadata
    assert cell.outputs[0].data == {"text/plain": "~/x", "image/svg+xml": "<svg/>"}
