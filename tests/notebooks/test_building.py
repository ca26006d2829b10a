"""Lessons built with real kernels: executed, told what failed and where, the same the second time."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from pathlib import Path

import psutil
import pytest
from support.places import PAIR, ROOT
from support.strict import adopt_orphans, verify

from labapp.course.build.command import main
from labapp.course.build.execute import ExecutionError, execute
from labapp.course.lesson import compose, find_lessons

FIXTURES = PAIR / "lessons"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copytree(FIXTURES, tmp_path / "lessons")
    shutil.copy(ROOT / "lessons" / "sanitise.cfg", tmp_path / "lessons")
    return tmp_path


def only(checkout: Path, *cells: str) -> Path:
    """Leave one lesson, of these code cells."""
    shutil.rmtree(checkout / "lessons" / "01-second")
    text = "# Title\n\n" + "\n".join(f"```{{code-cell}}\n{cell}\n```\n" for cell in cells)
    lesson = checkout / "lessons" / "00-first" / "lesson.md"
    lesson.write_text(text)
    return lesson


def built(checkout: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((checkout / "notebooks").iterdir())}


def test_building_twice_is_building_once(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(checkout)]) == 0
    first = built(checkout)
    assert list(first) == ["00-first.ipynb", "01-second.ipynb"]
    assert "written, 8 outputs new or changed" in capsys.readouterr().err

    assert main(["--root", str(checkout)]) == 0
    assert built(checkout) == first
    assert capsys.readouterr().err.count("unchanged") == 2

    # A word in the prose changes that cell and no output.
    lesson = checkout / "lessons" / "00-first" / "lesson.md"
    lesson.write_text(lesson.read_text().replace("Nothing is divided", "Nobody divides"))
    assert main(["--root", str(checkout), "--check"]) == 1
    said = capsys.readouterr().out
    assert "00-first.ipynb: cell 10 (" in said
    assert f"differs from {lesson}:" in said
    assert built(checkout) == first
    assert main(["--root", str(checkout), "00"]) == 0
    before, after = (text["00-first.ipynb"].decode().splitlines() for text in (first, built(checkout)))
    changed = [line.strip() for line in after if line not in before]
    assert len(changed) == 2  # The cell's text and its id.
    assert main(["--root", str(checkout), "--check"]) == 0

    for notebook in (checkout / "notebooks").iterdir():
        verdict = verify(notebook)
        assert (verdict.failures, verdict.left) == ([], [])


def test_a_failing_cell_is_told_with_its_line_and_the_others_are_built(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lesson = checkout / "lessons" / "01-second" / "lesson.md"
    broken = "print('so far')\ndef deep():\n    return nothing\ndeep()"
    lesson.write_text(lesson.read_text().replace("len([1, 2, 3])", broken))
    assert main(["--root", str(checkout)]) == 1
    said = capsys.readouterr().err
    assert list(built(checkout)) == ["00-first.ipynb"]
    line = lesson.read_text().splitlines().index("from types import SimpleNamespace") + 1
    assert f"{lesson}:{line}: code cell 1 failed (cell 3 of 10)" in said
    assert "its output so far:\n    so far\n" in said
    assert "NameError: name 'nothing' is not defined" in said
    assert "\x1b" not in said


def run_one(checkout: Path, timeout: int = 60) -> None:
    (page,) = compose(find_lessons(checkout))
    page.lesson.target.parent.mkdir(exist_ok=True)
    asyncio.run(execute(page, lambda done, total: None, timeout=timeout))


def test_a_kernel_that_does_not_answer_is_started_anew(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, sleeping_first: Path
) -> None:
    monkeypatch.setattr("labapp.course.build.execute.ANSWERS", (1, 60))
    only(checkout, "1 + 1")
    run_one(checkout)
    assert sleeping_first.exists()


def test_a_kernel_that_never_answers_is_told(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, sleeping_first: Path
) -> None:
    monkeypatch.setattr("labapp.course.build.execute.ANSWERS", (1,))
    only(checkout, "1 + 1")
    with pytest.raises(ExecutionError, match="no kernel answered, the last of 1 within 1 s"):
        run_one(checkout)
    assert sleeping_first.exists()


def test_a_cell_that_does_not_end_is_ended(checkout: Path) -> None:
    lesson = only(checkout, "print('waiting', flush=True)\nwhile True: pass")
    with pytest.raises(ExecutionError) as caught:
        run_one(checkout, timeout=1)
    assert f"{lesson}:4: code cell 1 was still running after 1 s (cell 2 of 2)" in str(caught.value)
    assert "    waiting" in str(caught.value)


def test_a_cell_that_ends_the_kernel(checkout: Path) -> None:
    only(checkout, "import os\nos._exit(3)")
    with pytest.raises(ExecutionError, match="code cell 1 ended the kernel itself"):
        run_one(checkout)


def test_what_a_lesson_leaves_behind_fails_the_build(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labapp.course.build.execute.GRACE", 0.3)
    place = "import os, pathlib\npathlib.Path(os.environ['LABAPP_RUNTIME_DIR'], '1-2-3').mkdir()"
    only(checkout, place)
    with pytest.raises(ExecutionError, match=r"still there 0\.3 s after the kernel: 1-2-3"):
        run_one(checkout)


def test_nothing_of_the_callers_environment_reaches_a_cell(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = (
        "FORCE_COLOR",
        "PORT",
        "WEB_CONCURRENCY",
        "GUNICORN_CMD_ARGS",
        "PYTHONSTARTUP",
        "JPY_SESSION_NAME",
    )
    for name in names:
        monkeypatch.setenv(name, "7")
    only(
        checkout,
        f"import os, sys\nprint(sorted(set({names!r}) & set(os.environ) - {{'FORCE_COLOR'}}))\nsys.prefix",
    )
    assert main(["--root", str(checkout)]) == 1  # It holds no contract, and is built all the same.
    notebook = json.loads(built(checkout)["00-first.ipynb"])
    assert notebook["cells"][1]["outputs"][0]["text"] == ["[]\n"]


SERVED = (
    "from labapp import lab\n\nweb = lab.launch('gunicorn \"labapp:create_app()\"')\nweb",
    "web.tree()",
    "print(web.log.wait_for('Booting worker'))",
    'web.get("/whoami").json()["pid"] == web.workers[0].pid',
)


def test_a_lesson_with_a_real_server_holds_and_leaves_nothing(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # It ends without stopping its server: the end of the kernel does.
    only(checkout, *SERVED)
    assert main(["--root", str(checkout)]) == 1  # It holds no contract, and is built all the same.
    first = built(checkout)
    assert "[INFO] Booting worker" in first["00-first.ipynb"].decode()
    main(["--root", str(checkout)])
    assert built(checkout) == first
    assert "00-first: " in (told := capsys.readouterr().err)
    assert "unchanged" in told
    verdict = verify(checkout / "notebooks" / "00-first.ipynb")
    assert (verdict.failures, verdict.left) == ([], [])


def test_a_lesson_that_fails_beside_its_server_leaves_nothing(checkout: Path) -> None:
    only(checkout, *SERVED, "1 / 0")
    ours = {child.pid for child in psutil.Process().children(recursive=True)}
    adopt_orphans()
    with pytest.raises(ExecutionError, match="ZeroDivisionError"):
        run_one(checkout)
    deadline = time.monotonic() + 5
    while left := {child.pid for child in psutil.Process().children(recursive=True) if alive(child)} - ours:
        assert time.monotonic() < deadline, f"processes {left} outlived the build"
        time.sleep(0.02)


def alive(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["09"], "no lesson '09': there are 00-first, 01-second"),
        (["--root", "/nowhere"], "no lessons/ in /nowhere"),
    ],
)
def test_a_wrong_name_is_told(
    checkout: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main(["--root", str(checkout), *arguments]) == 1
    assert message in capsys.readouterr().err
