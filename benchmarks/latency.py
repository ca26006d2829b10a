"""From a worker's death, and a fork, to the change in the browser; from a click to what it causes.

Each figure is taken in a real JupyterLab in headless Chromium, with eight workers watched: while the kernel
is idle, while a cell sleeps, while a cell burns the processor in pure Python.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import nbformat

# The browser tests know how to drive JupyterLab.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from playwright.sync_api import Browser, expect
from support.laboratory import Laboratory, chromium

WORKERS = 8
PAUSE = 0.6  # seconds between two events, so that each is measured by itself
HOOKS = """import time
def post_fork(server, worker):
    with open({path!r}, "a") as forks:
        forks.write(f"{{worker.pid}} {{time.time()}}\\n")
"""
OBSERVE = """() => {
    window.seen = {};
    const look = box => {
        const key = box.dataset.pid + ":" + (box.dataset.mood === "dead" ? "dead" : "alive");
        window.seen[key] ??= (performance.timeOrigin + performance.now()) / 1000;
    };
    const all = () => document.querySelectorAll("[data-live-view] [data-process][data-pid]").forEach(look);
    new MutationObserver(all).observe(document.querySelector("[data-live-view]"),
        {subtree: true, childList: true, attributes: true, attributeFilter: ["data-mood", "data-pid"]});
    all();
}"""
BUSY = {
    "idle": "",
    "sleep": "import time; time.sleep({seconds})",
    "burn": "import time\nend = time.time() + {seconds}\nwhile time.time() < end: sum(range(1000))",
}


def percentile(values: list[float], share: float) -> float:
    """Return the value below which this share of the values lie."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, round(share * len(ranked) - 0.5))]


def until(condition: Callable[[], object], seconds: float = 10) -> None:
    """Wait for a condition, looking often."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("the browser did not show what was expected")
        time.sleep(0.005)


class Bench:
    """A notebook that watches eight workers whose forks are written down as they happen."""

    def __init__(self, laboratory: Laboratory, browser: Browser) -> None:
        self.forks = laboratory.home / "forks"
        self.forks.touch()
        hooks = laboratory.home / "hooks.py"
        hooks.write_text(HOOKS.format(path=str(self.forks)))
        command = f"gunicorn 'labapp:create_app()' --workers {WORKERS} --config {hooks}"
        source = (
            f"from labapp import lab\nweb = lab.launch({command!r})\n"
            f"web.wait_until(workers={WORKERS})\nlab.watch(web)"
        )
        book = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source), nbformat.v4.new_code_cell("")]
        )
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(book, laboratory.home / "notebooks" / "bench.ipynb")
        self.notebook = laboratory.open(browser, "notebooks/bench.ipynb")
        self.notebook.run_cell(0)
        self.page = self.notebook.page
        self.view = self.page.locator("[data-live-view]")
        expect(self.view.locator('[data-process^="W"]')).to_have_count(WORKERS)
        self.page.evaluate(OBSERVE)

    def forked(self) -> dict[int, float]:
        """Return when each worker was forked, as the worker noted."""
        rows = [line.split() for line in self.forks.read_text().splitlines()]
        return {int(pid): float(when) for pid, when in rows}

    def alive(self) -> list[int]:
        """Return the workers that have not ended, oldest first."""
        return [pid for pid in self.forked() if Path(f"/proc/{pid}").exists()]

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

    def deaths(self, count: int) -> tuple[list[float], list[float]]:
        """Kill workers one by one; return the seconds until a death, and a fork, was in the document."""
        deaths, births = [], []
        for _ in range(count):
            known = self.forked()
            victim = self.alive()[0]
            killed = time.time()
            os.kill(victim, signal.SIGKILL)
            until(lambda known=known: len(self.forked()) > len(known))  # type: ignore[misc]
            (successor,) = self.forked().keys() - known.keys()
            time.sleep(PAUSE)  # Asking the browser meanwhile would slow down what is measured.
            until(lambda victim=victim: self.seen(f"{victim}:dead"))  # type: ignore[misc]
            until(lambda successor=successor: self.seen(f"{successor}:alive"))  # type: ignore[misc]
            deaths.append(self.seen(f"{victim}:dead") - killed)
            births.append(self.seen(f"{successor}:alive") - self.forked()[successor])
        return deaths, births

    def clicks(self, count: int) -> list[float]:
        """Click TTIN, then TTOU; return the seconds from each first click to the fork that it causes."""
        waits = []
        self.view.locator('[data-process="M"]').first.click()
        for _ in range(count):
            known = self.forked()
            clicked = self.page.evaluate(
                "() => { const now = (performance.timeOrigin + performance.now()) / 1000;"
                "document.querySelector('[data-live-view] [data-signal=TTIN]').click(); return now }"
            )
            until(lambda known=known: len(self.forked()) > len(known))  # type: ignore[misc]
            (new,) = self.forked().keys() - known.keys()
            waits.append(self.forked()[new] - clicked)
            time.sleep(PAUSE)
            until(lambda new=new: self.seen(f"{new}:alive"))  # type: ignore[misc]
            self.view.locator('[data-signal="TTOU"]').first.click()
            until(lambda: len(self.alive()) == WORKERS)
        return waits


def row(what: str, values: list[float]) -> str:
    """Return one line of figures, in milliseconds."""
    figures = f"{statistics.median(values) * 1000:8.1f} {percentile(values, 0.95) * 1000:8.1f}"
    return f"{what:34} {figures}   {len(values):3}"


def measure(browser: Browser, events: str, count: int) -> None:
    """Print the figures with the given way to hear of events: `auto` or `exits`."""
    os.environ["LABAPP_EVENTS"] = events
    with tempfile.TemporaryDirectory(prefix="labapp-bench-") as home:
        os.environ["LABAPP_RUNTIME_DIR"] = f"{home}/r"
        with Laboratory(Path(home)).running() as laboratory:
            bench = Bench(laboratory, browser)
            print(f"\nevents: {events:24}   median      p95     n   (ms)")
            for kind in BUSY:
                bench.busy(kind, count * 1.5 + 5)
                deaths, births = bench.deaths(count)
                print(row(f"{kind:6} death to document", deaths))
                print(row(f"{kind:6} fork to document", births), flush=True)
                bench.settle()
            for kind in BUSY:
                bench.busy(kind, 25)
                print(row(f"{kind:6} click to fork", bench.clicks(max(3, count // 4))), flush=True)
                bench.settle()
            bench.notebook.close()


def main() -> None:
    """Print the figures, or those of one way to hear of events."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", choices=["auto", "exits"], help="only this way to hear of events")
    parser.add_argument("--count", type=int, default=12, help="deaths per figure (12)")
    chosen = parser.parse_args()
    with chromium() as browser:
        for events in [chosen.events] if chosen.events else ["auto", "exits"]:
            measure(browser, events, chosen.count)


if __name__ == "__main__":
    main()
