"""The verification itself, on tiny notebooks: it sees a changed output and a process left behind."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
from nbval.kernel import CURRENT_ENV_KERNEL_NAME
from support.second_start import start_new_kernel
from support.strict import verify

from labapp.course.lesson import dumps, new_cell, new_notebook

# Leaves its parent, its session and its process group; nothing but descent gives it away.
ESCAPES = """\
import subprocess, sys
clean = {"PATH": "/usr/bin:/bin"}
hidden = "import os, time; os.fork() and os._exit(0); os.setsid(); os.environ.clear(); time.sleep(60)"
subprocess.run([sys.executable, "-c", hidden], start_new_session=True, env=clean, check=True)
"""


def write(path: Path, *cells: tuple[str, str | None]) -> Path:
    """Write a notebook of code cells, each with what it is said to have printed (None: it never ran)."""
    made = []
    for number, (source, printed) in enumerate(cells, start=1):
        cell = new_cell("code", source, f"cell-{number}", {})
        if printed is not None:
            cell.execution_count = number
        if printed:
            output: dict[str, Any] = {"output_type": "stream", "name": "stdout", "text": printed}
            cell.outputs = [output]
        made.append(cell)
    notebook = path / "tiny.ipynb"
    notebook.write_text(dumps(new_notebook(made, {"title": "Tiny"})))
    return notebook


def test_an_output_that_holds_once_sanitised_passes(tmp_path: Path) -> None:
    tiny = write(tmp_path, ("import os\nprint('pid', os.getpid())", "pid 1\n"), ("print(2)", "2\n"))
    verdict = verify(tiny)
    assert (verdict.failures, verdict.left) == ([], [])
    assert verdict.seconds > 0


def test_an_output_that_changed_names_notebook_and_cell(tmp_path: Path) -> None:
    verdict = verify(write(tmp_path, ("x = 5", ""), ("print(x, 'workers')", "4 workers\n")))
    (failure,) = verdict.failures
    assert failure.startswith("tiny.ipynb: cell 2 (cell-2, “print(x, 'workers')”): failure")
    assert "4 workers" in failure
    assert "5 workers" in failure


def test_the_environment_is_clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("WEB_CONCURRENCY", "7")
    source = "import os\nprint('WEB_CONCURRENCY' in os.environ, os.environ['LABAPP_RUNTIME_DIR'][:5])"
    assert verify(write(tmp_path, (source, "False /tmp/\n"))).failures == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a test adopt its orphans")
def test_a_process_that_escaped_is_found_and_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("support.strict.GRACE", 0.5)
    verdict = verify(write(tmp_path, (ESCAPES, "")))
    (left,) = verdict.left
    assert "time.sleep(60)" in left
    pid = int(left.split(":")[0].removeprefix("process "))
    assert not psutil.pid_exists(pid)


def test_a_directory_left_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("support.strict.GRACE", 0.1)
    source = "import os, pathlib\npathlib.Path(os.environ['LABAPP_RUNTIME_DIR'], '1-2-3').mkdir()"
    (left,) = verify(write(tmp_path, (source, ""))).left
    assert left.endswith("/run/1-2-3")


def test_a_kernel_that_does_not_answer_is_started_anew(
    monkeypatch: pytest.MonkeyPatch, sleeping_first: Path
) -> None:
    monkeypatch.setattr("support.second_start.FIRST", 1)
    manager, client = start_new_kernel(kernel_name=CURRENT_ENV_KERNEL_NAME)
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    assert sleeping_first.exists()
