"""What learners cost: one alone, in lessons 04 and 06; then a class of ten at once, each in another lesson.

Of each: the memory of its kernel and of all that the kernel started (PSS: pages that several share are
divided among them), processes and open files at their most, and the time from the first cell to the last.
Every learner has a kernel, a state and a place for servers of its own. It ends with 1 if a cell failed.
A class of ten on two processors takes some minutes.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

import nbformat
import psutil
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
MB = 1_000_000
# In s: how often a learner is looked at, which costs some milliseconds for each of its processes.
PAUSE = 1.0


@dataclass
class Learner:
    """One learner's lesson, run by a process of its own."""

    lesson: Path
    place: Path
    process: subprocess.Popen[str] = field(init=False)
    memory: int = 0
    processes: int = 0
    files: int = 0
    seconds: float = 0.0
    trouble: str = ""

    def begin(self) -> None:
        """Open the lesson, and run it from the top."""
        runtime = self.place / "run"
        runtime.mkdir(parents=True, mode=0o700)
        own = {
            "IPYTHONDIR": self.place / "ipython",
            "LABAPP_RUNTIME_DIR": runtime,
            "LABAPP_STATE_DIR": self.place / "state",
        }
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--run", self.lesson],
            env=os.environ | {name: str(path) for name, path in own.items()},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def look(self) -> None:
        """Take what there is of its processes, where it is more than before."""
        with suppress(psutil.NoSuchProcess):
            family = psutil.Process(self.process.pid).children(recursive=True)
            sizes = [_size(process) for process in family]
            self.memory = max(self.memory, sum(memory for memory, _ in sizes))
            self.files = max(self.files, sum(files for _, files in sizes))
            self.processes = max(self.processes, len(family))

    def end(self) -> None:
        """Take what it said: its seconds, or what went wrong."""
        said, _ = self.process.communicate()
        if self.process.returncode:
            self.trouble = said.strip()
        else:
            self.seconds = float(said.split()[-1])


def _size(process: psutil.Process) -> tuple[int, int]:
    """Return a process's proportional memory in bytes and its open files; nothing when it is gone."""
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        return process.memory_full_info().pss, process.num_fds()
    return 0, 0


def study(lessons: Sequence[Path]) -> tuple[list[Learner], float]:
    """Let learners run these lessons at the same time; return them, and the seconds until the last ended."""
    with tempfile.TemporaryDirectory(prefix="lab-", dir="/tmp") as folder:
        learners = [Learner(lesson, Path(folder, str(number))) for number, lesson in enumerate(lessons)]
        began = time.monotonic()
        for learner in learners:
            learner.begin()
        while any(learner.process.poll() is None for learner in learners):
            for learner in learners:
                learner.look()
            time.sleep(PAUSE)
        seconds = time.monotonic() - began
        for learner in learners:
            learner.end()
    return learners, seconds


def run(lesson: Path) -> None:
    """Run a lesson's cells as JupyterLab does, and print how many seconds they took."""
    notebook = nbformat.read(lesson, as_version=4)
    manager = KernelManager()
    manager.kernel_spec.argv[0] = sys.executable
    client = NotebookClient(
        notebook, km=manager, timeout=300, resources={"metadata": {"path": lesson.parent}}
    )
    began = time.monotonic()
    try:
        client.execute()
    except CellExecutionError as error:
        sys.exit(f"{error.ename}: {error.evalue}")
    print(f"{time.monotonic() - began:.1f}")


def tell(learner: Learner) -> None:
    """Print a row."""
    size = f"{learner.memory / MB:6.0f} MB  {learner.processes:3} processes  {learner.files:4} files"
    print(f"  {learner.lesson.stem:28} {size}  {learner.trouble or f'{learner.seconds:6.1f} s'}", flush=True)


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--learners", type=int, default=10, help="how many at once (10)")
    parser.add_argument("--run", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.run:
        run(chosen.run)
        return 0
    lessons = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
    alone = {}
    print(f"{os.cpu_count()} processors; alone:")
    for lesson in (path for path in lessons if path.stem[:2] in ("04", "06")):
        [learner], alone[lesson] = study([lesson])
        tell(learner)
    learners, seconds = study(list(islice(cycle(lessons), chosen.learners)))
    print(f"{len(learners)} at once, {seconds:.0f} s:")
    for learner in learners:
        tell(learner)
    failed = [learner for learner in learners if learner.trouble]
    print(
        f"{len(failed)} failed; their memory at its most: {sum(one.memory for one in learners) / MB:,.0f} MB"
    )
    for learner in learners:
        if learner.lesson in alone and learner.seconds:
            ratio = learner.seconds / alone[learner.lesson]
            print(f"  {learner.lesson.stem}: {ratio:.1f} times as long as alone")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
