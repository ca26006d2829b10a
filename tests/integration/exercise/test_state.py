"""Several kernels keep a learner's progress in one file."""

import json
import subprocess
import sys
from pathlib import Path

from labapp.course.state import State

KERNEL = """
import sys
from pathlib import Path
from labapp.course.state import State
state, lesson = State(Path(sys.argv[1])), sys.argv[2]
for number in range(20):
    state.change("both", lambda record: record.__setitem__(f"{lesson}-{number}", number))
    state.change(lesson, lambda record: record.__setitem__(str(number), number))
"""


def test_two_kernels_lose_nothing_of_each_other(tmp_path: Path) -> None:
    words = [sys.executable, "-c", KERNEL, str(tmp_path)]
    kernels = [subprocess.Popen([*words, name]) for name in ("01", "02")]
    assert [kernel.wait(60) for kernel in kernels] == [0, 0]
    state = State(tmp_path)
    assert len(state.lesson("01")) == len(state.lesson("02")) == 20
    assert len(state.lesson("both")) == 40
    json.loads((tmp_path / "progress.json").read_text())
