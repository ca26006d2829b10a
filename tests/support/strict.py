"""One notebook under nbval: every stored output compared, and nothing left behind."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import psutil

from labapp.course.build.execute import CELL_TIMEOUT, clean_environment
from labapp.course.contract.book import first_words
from labapp.course.lesson import load
from support.places import ROOT

# In s: what a notebook may take in all, and what may follow its kernel's end.
LONGEST = 240
GRACE = 5.0
# The name under which a test's report carries what its notebook took.
SECONDS = "notebook_seconds"
_PR_SET_CHILD_SUBREAPER = 36
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Verdict:
    """How a notebook did: wall time in seconds, each cell that failed, whatever outlived the kernel."""

    seconds: float
    failures: list[str]
    left: list[str]


def verify(notebook: Path) -> Verdict:
    """Run a notebook under nbval in an environment of its own, then look for what it left."""
    adopt_orphans()
    ours = {child.pid for child in psutil.Process().children()}
    with clean_environment() as environment:
        runtime = Path(environment["LABAPP_RUNTIME_DIR"])
        # A cell's colours and a warning raised within nbval itself are not the notebook's.
        report = runtime.parent / "report.xml"
        command = [
            *(sys.executable, "-m", "pytest", str(notebook), "--nbval", "--nbval-current-env"),
            *("--nbval-sanitize-with", str(ROOT / "lessons" / "sanitise.cfg")),
            *(f"--nbval-cell-timeout={CELL_TIMEOUT}", f"--junitxml={report}", "--color=no", "-q"),
            *(
                "-p",
                "tests.support.second_start",
                "-p",
                "no:cacheprovider",
                "-p",
                "no:xdist",
                "-o",
                "filterwarnings=default",
                "-o",
                "timeout=0",
            ),
        ]
        begun = time.monotonic()
        printed = _run(command, environment)
        seconds = time.monotonic() - begun
        failures = _failures(notebook, report) if report.exists() else [f"{notebook.name}: {printed}"]
        return Verdict(seconds, failures, _left(ours, runtime))


def adopt_orphans() -> None:
    """Have every descendant whose parent ends become our own child, so that none can escape notice."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _run(command: list[str], environment: dict[str, str]) -> str:
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            return process.communicate(timeout=LONGEST)[0]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return f"still running after {LONGEST} s\n{process.communicate()[0]}"


def _failures(notebook: Path, report: Path) -> list[str]:
    """Return what nbval said against each cell, naming the cell as the contract's linter does."""
    cells = load(notebook).cells
    coded = [index for index, cell in enumerate(cells) if cell.cell_type == "code"]
    failures, verified = [], set()
    for case in ElementTree.parse(report).iter("testcase"):
        number = int(case.get("name", "").removeprefix("Cell "))
        verified.add(number)
        for outcome in (child for child in case if child.tag in ("failure", "error", "skipped")):
            index = coded[number]
            name = f"cell {index + 1} ({cells[index].id}, “{first_words(cells[index].source)}”)"
            said = _COLOUR.sub("", outcome.text or outcome.get("message", ""))
            failures.append(f"{notebook.name}: {name}: {outcome.tag}\n{said}")
    if len(verified) != len(coded):
        failures.append(f"{notebook.name}: {len(verified)} of {len(coded)} code cells were verified")
    return failures


def _left(ours: set[int], runtime: Path) -> list[str]:
    """Return what is still there when servers had time to follow their kernel; processes tell their ports."""
    deadline = time.monotonic() + GRACE
    while (left := [*_processes(ours, runtime), *_directories(runtime)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    strays = [child for child in psutil.Process().children(recursive=True) if child.pid not in ours]
    for stray in strays:
        with suppress(psutil.NoSuchProcess):
            stray.kill()
    psutil.wait_procs(strays, timeout=GRACE)
    return left


def _processes(ours: set[int], runtime: Path) -> list[str]:
    """Describe each process that the notebook started, by descent or by the marker in its environment."""
    suspects = {child.pid: child for child in psutil.Process().children(recursive=True)}
    if sys.platform != "linux":
        suspects = {process.pid: process for process in psutil.process_iter()}
    found = []
    for pid, process in suspects.items():
        with suppress(psutil.Error):
            if process.status() == psutil.STATUS_ZOMBIE:
                if process.ppid() == os.getpid():
                    os.waitpid(pid, os.WNOHANG)
            elif sys.platform == "linux":
                if not ours.intersection([pid, *(parent.pid for parent in process.parents())]):
                    found.append(_describe(process))
            elif process.environ().get("LABAPP_RUNTIME_DIR") == str(runtime):
                found.append(_describe(process))
    return found


def _describe(process: psutil.Process) -> str:
    ports = [address.laddr.port for address in process.net_connections() if address.status == "LISTEN"]
    listening = f", listening on {ports}" if ports else ""
    return f"process {process.pid}: {' '.join(process.cmdline())}{listening}"


def _directories(runtime: Path) -> list[str]:
    return [f"directory {path}" for path in runtime.iterdir()]
