"""Workers that are killed, and signals that are clicked, in a notebook that watches them."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import nbformat

# The browser tests know how to drive JupyterLab.
sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
from playwright.sync_api import Browser, expect
from support.in_browser.laboratory import Laboratory

from kills import hops
from kills.announced import Announced
from labapp.observe.kernel import read_stat

WORKERS = 8
PAUSE = 0.6  # seconds between two events, so that each is measured by itself
HOOKS = """import time
def post_fork(server, worker):
    with open({path!r}, "a") as forks:
        forks.write(f"{{worker.pid}} {{time.time()}}\\n")
"""
BUSY = {
    "idle": "",
    "sleep": "import time; time.sleep({seconds})",
    "burn": "import time\nend = time.time() + {seconds}\nwhile time.time() < end: sum(range(1000))",
}


def until(condition: Callable[[], object], seconds: float = 10) -> None:
    """Wait for a condition, looking often."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("the browser did not show what was expected")
        time.sleep(0.005)


class Findings(NamedTuple):
    """What was found out about kills: the hops of deaths and of births, the messages, the page's work."""

    deaths: list[dict[str, float]]
    births: list[dict[str, float]]
    sent: list[tuple[int, int]]
    tasks: list[float]

    def __add__(self, other: Findings) -> Findings:  # type: ignore[override]
        return Findings(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class Bench:
    """A notebook that watches eight workers of one checkout, whose forks are written down as they happen."""

    def __init__(self, laboratory: Laboratory, browser: Browser, tree: Path, name: str) -> None:
        self.name = name
        home = laboratory.home / name
        home.mkdir()
        self.forks, self.sampled, self.noted = home / "forks", home / "sampled", home / "noted"
        self.forks.touch()
        hooks = home / "hooks.py"
        hooks.write_text(HOOKS.format(path=str(self.forks)))
        command = f"gunicorn 'labapp:create_app()' --workers {WORKERS} --config {hooks}"
        source = (
            f"import sys\nsys.path[:0] = [{str(tree)!r}, {str(Path(__file__).parents[1])!r}]\n"
            f"from kills import hops\nhops.note_in_kernel({str(self.sampled)!r})\n"
            f"from labapp import lab\nweb = lab.launch({command!r})\n"
            f"web.wait_until(workers={WORKERS})\nlab.watch(web)"
        )
        save = f"hops.save({str(self.noted)!r})"
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in (source, save)])
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(book, laboratory.home / "notebooks" / f"{name}.ipynb")
        self.notebook = laboratory.open(browser, f"notebooks/{name}.ipynb")
        self.notebook.run_cell(0)
        assert not self.notebook.errors(), self.notebook.errors()
        self.page = self.notebook.page
        self.view = self.page.locator("[data-live-view]")
        expect(self.view.locator('[data-process^="W"]')).to_have_count(WORKERS)
        self.page.evaluate(hops.PAGE)
        self.tasks = self.page.context.new_cdp_session(self.page)
        self.tasks.send("Performance.enable", {"timeDomain": "threadTicks"})

    def forked(self) -> dict[int, float]:
        """Return when each worker was forked, as the worker noted."""
        rows = [line.split() for line in self.forks.read_text().splitlines()]
        return {int(pid): float(when) for pid, when in rows}

    def alive(self) -> list[int]:
        """Return the workers that have not ended, oldest first."""
        return [pid for pid in self.forked() if Path(f"/proc/{pid}").exists()]

    def announced(self) -> Announced:
        """Note what the kernel announces of the workers and of their master."""
        alive = self.alive()
        return Announced([read_stat(alive[0]).ppid, *alive])

    def seen(self, key: str) -> float:
        """Return when the browser showed it; 0.0 if it did not yet."""
        return float(self.page.evaluate("key => window.seen[key] ?? 0", key))

    def busy(self, kind: str, seconds: float) -> None:
        """Have the kernel do something meanwhile."""
        if BUSY[kind]:
            cell = self.notebook.append(BUSY[kind].format(seconds=seconds))
            self.notebook.run_cell(cell, wait=False)
            until(self.notebook.busy)

    def settle(self) -> None:
        """Wait until the cell is done."""
        until(lambda: not self.notebook.busy(), 120)

    def collect(self) -> None:
        """Have the page collect its garbage: that of loading JupyterLab takes both processors for 0.1 s."""
        self.tasks.send("HeapProfiler.collectGarbage")

    def deaths(self, count: int) -> Findings:
        """Kill workers one by one; return how a death, and the fork that follows, came to the document."""
        spent = self.browser_time()
        with self.announced() as announced:
            kills = [self.kill() for _ in range(count)]
        spent = self.browser_time() - spent
        for _, victim, successor in kills:
            until(lambda victim=victim: self.seen(f"{victim}:dead"))  # type: ignore[misc]
            until(lambda successor=successor: self.seen(f"{successor}:alive"))  # type: ignore[misc]
        self.settle()
        self.notebook.run_cell(1)
        notes = sorted(hops.load(self.sampled) + hops.load(self.noted))
        page = self.page.evaluate("() => ({seen: window.seen, arrived: window.arrived})")
        born = self.forked() | announced.forks
        deaths = [hops.trace(notes, page, killed, victim, dead=True) for killed, victim, _ in kills]
        for death, (killed, victim, _) in zip(deaths, kills, strict=True):
            if victim in announced.exits:
                death["announced"] = announced.exits[victim] - killed
        return Findings(
            deaths,
            [hops.trace(notes, page, born[new], new, dead=False) for _, _, new in kills],
            [hops.messages(notes, killed, killed + PAUSE) for killed, _, _ in kills],
            [spent / count],
        )

    def kill(self) -> tuple[float, int, int]:
        """Kill the oldest worker; return when, its pid, and its successor's."""
        known = self.forked()
        victim = self.alive()[0]
        killed = time.time()
        os.kill(victim, signal.SIGKILL)
        time.sleep(PAUSE)  # Whatever is asked meanwhile would slow down what is measured.
        until(lambda: len(self.forked()) > len(known))
        (successor,) = self.forked().keys() - known.keys()
        return killed, victim, successor

    def browser_time(self) -> float:
        """Return for how many seconds the page's main thread has worked."""
        metrics = self.tasks.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))

    def clicks(self, count: int) -> list[float]:
        """Click TTIN, then TTOU; return the seconds from each first click to the fork that it causes."""
        self.view.locator('[data-process="M"]').first.click()
        with self.announced() as announced:
            clicks = [self.click() for _ in range(count)]
        born = self.forked() | announced.forks
        return [born[new] - clicked for clicked, new in clicks]

    def click(self) -> tuple[float, int]:
        """Click TTIN, then TTOU; return when the first was clicked, and the pid of whom it brought."""
        known = self.forked()
        clicked = self.page.evaluate(
            "() => { const now = (performance.timeOrigin + performance.now()) / 1000;"
            "document.querySelector('[data-live-view] [data-signal=TTIN]').click(); return now }"
        )
        until(lambda: len(self.forked()) > len(known))
        (new,) = self.forked().keys() - known.keys()
        time.sleep(PAUSE)
        until(lambda: self.seen(f"{new}:alive"))
        self.view.locator('[data-signal="TTOU"]').first.click()
        until(lambda: len(self.alive()) == WORKERS)
        return clicked, new
