"""What learners cost: one at rest; one in lessons 04 and 06; then a class of ten, each in another lesson.

Of each: the memory of its kernel and of all that the kernel started (PSS: pages that several share are
divided among them), processes, threads and open files at their most, and the time from the first cell to
the last. Every learner has a kernel, a state and a place for servers of its own. It ends with 1 if a
cell failed. A class of ten on two processors takes some minutes.
"""

from __future__ import annotations

import argparse
import json
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

import httpx
import nbformat
import psutil
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
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
    threads: int = 0
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
            memory, threads, files = (
                (sum(column) for column in zip(*sizes, strict=True)) if sizes else (0, 0, 0)
            )
            self.memory = max(self.memory, memory)
            self.threads, self.files = max(self.threads, threads), max(self.files, files)
            self.processes = max(self.processes, len(family))

    def end(self) -> None:
        """Take what it said: its seconds, or what went wrong."""
        said, _ = self.process.communicate()
        if self.process.returncode:
            self.trouble = said.strip()
        else:
            self.seconds = float(said.split()[-1])


def _size(process: psutil.Process) -> tuple[int, int, int]:
    """Return a process's proportional memory in bytes, its threads and its open files; 0 when it is gone."""
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        return process.memory_full_info().pss, process.num_threads(), process.num_fds()
    return 0, 0, 0


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


def rest() -> tuple[int, int]:
    """Return the memory in bytes of a JupyterLab with one kernel that waits, and how many processes it is."""
    with tempfile.TemporaryDirectory(prefix="lab-", dir="/tmp") as folder:
        own = {f"JUPYTER_{name}_DIR": f"{folder}/{name.lower()}" for name in ("CONFIG", "DATA", "RUNTIME")}
        words = [
            f"--config={ROOT / 'setup' / 'jupyter.py'}",
            "--ServerApp.port=0",
            "--IdentityProvider.token=x",
        ]
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *words],
            env=os.environ | own | {"LABAPP_OPEN": "no"},
            cwd=ROOT,
            stderr=subprocess.DEVNULL,
        )
        try:
            while not (records := list(Path(folder).glob(f"runtime/jpserver-{server.pid}.json"))):
                time.sleep(0.1)
            url = json.loads(records[0].read_text())["url"]
            kernel = httpx.post(f"{url}api/kernels?token=x", timeout=60).raise_for_status().json()
            time.sleep(5)  # It starts, and comes to rest.
            family = psutil.Process(server.pid).children(recursive=True)
            sizes = [_size(process) for process in (psutil.Process(server.pid), *family)]
            httpx.delete(f"{url}api/kernels/{kernel['id']}?token=x", timeout=60)
        finally:
            server.terminate()
            server.wait()
    return sum(memory for memory, *_ in sizes), len(sizes)


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
        cell = str(error).split("-" * 18)[1].strip()
        sys.exit(f"{error.ename}: {error.evalue}, in the cell that begins {cell.splitlines()[0]!r}")
    print(f"{time.monotonic() - began:.1f}")


def tell(learner: Learner) -> None:
    """Print a row."""
    size = f"{learner.memory / MB:6.0f} MB  {learner.processes:3} processes  {learner.threads:4} threads"
    size += f"  {learner.files:4} files"
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
    memory, processes = rest()
    print(f"at rest: JupyterLab and a kernel {memory / MB:.0f} MB, {processes} processes")
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
