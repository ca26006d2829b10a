"""What a rebuild changes: nothing, where the run only confirmed what was committed."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from labapp.course.build.keep import keep
from labapp.course.build.normalise import normalise
from labapp.course.build.sanitise import Sanitiser
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


def test_what_the_rules_hide_keeps_its_committed_form(committed: Any) -> None:
    built = deepcopy(committed)
    find(committed, "1 + 1").outputs[0].data["text/plain"] = "pid 1"
    find(built, "1 + 1").outputs[0].data["text/plain"] = "pid 22"
    assert keep(built, committed, PIDS) == 0
    assert find(built, "1 + 1").outputs[0].data["text/plain"] == "pid 1"


def test_what_the_rules_do_not_hide_is_new(committed: Any) -> None:
    built = deepcopy(committed)
    find(built, "1 + 1").outputs[0].data["text/plain"] = "3"
    assert keep(built, committed, PIDS) == 1
    assert find(built, "1 + 1").outputs[0].data["text/plain"] == "3"


def test_a_measurement_keeps_its_committed_value(committed: Any) -> None:
    built = deepcopy(committed)
    find(built, "import time").outputs[0].text = "99.9\n"
    assert keep(built, committed, PIDS) == 0
    assert find(built, "import time").outputs[0].text == "12.5\n"


def test_a_measurement_is_new_when_code_before_it_changed(committed: Any) -> None:
    built = deepcopy(committed)
    find(built, "1 + 1").id = "another"
    find(built, "import time").outputs[0].text = "99.9\n"
    assert keep(built, committed, PIDS) == 2
    assert find(built, "import time").outputs[0].text == "99.9\n"


def test_a_measurement_is_new_when_it_shows_something_else(committed: Any) -> None:
    built = deepcopy(committed)
    find(built, "import time").outputs[0].name = "stderr"
    assert keep(built, committed, PIDS) == 1


def test_a_cell_that_never_ran_has_nothing_to_keep(committed: Any) -> None:
    built = deepcopy(committed)
    find(committed, "1 + 1").execution_count = None
    assert keep(built, committed, PIDS) == 1


def test_a_measurement_after_a_removed_cell_is_new(committed: Any) -> None:
    built = deepcopy(committed)
    built.cells.remove(find(built, "from types"))
    find(built, "import time").outputs[0].text = "99.9\n"
    assert keep(built, committed, PIDS) == 1


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
