"""What watching costs: the kernel's processor share with 5 and 200 idle workers, its memory under load.

In a real JupyterLab with the view open in headless Chromium. The load: requests one after the other, each a
line in the log, and workers that are replaced after a few hundred of them.
"""

from __future__ import annotations

import argparse
import http.client
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat

# The browser tests know how to drive JupyterLab.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from playwright.sync_api import Browser, expect
from support.in_browser.laboratory import Laboratory, chromium
from support.in_browser.page import Notebook

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
RATE = 100  # requests per second, at most
LAUNCH = """import os
from labapp import lab
web = lab.launch({command!r}, timeout=120)
web.wait_until(workers={workers}, timeout=120)
open({notes!r}, "w").write(f"{{os.getpid()}} {{web.port}}")"""
WATCH = "lab.watch(web)"
NOTE = """open({notes!r}, "a").write(f" {{web.feed.pid}}")"""


@dataclass(frozen=True)
class Kernel:
    """The kernel under test, its sampler, and the port of the server that is watched."""

    pid: int
    port: int
    sampler: int
    notebook: Notebook


def processor(pid: int) -> float:
    """Return the processor time that a process has taken, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory(pid: int | str) -> float:
    """Return the resident memory of a process, in MB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 1e6


def verdict(reached: bool) -> str:
    """Say whether a goal was reached."""
    return "reached" if reached else "missed"


@contextmanager
def watched(browser: Browser, command: str, workers: int) -> Iterator[Kernel]:
    """Run a notebook that launches and watches a server."""
    with tempfile.TemporaryDirectory(prefix="labapp-bench-") as home:
        os.environ["LABAPP_RUNTIME_DIR"] = f"{home}/r"
        with Laboratory(Path(home)).running() as laboratory:
            notes = Path(home) / "notes"
            given = {"command": command, "workers": workers, "notes": str(notes)}
            sources = [LAUNCH.format(**given), WATCH, NOTE.format(**given)]
            book = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, sources)))
            book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
            nbformat.write(book, laboratory.home / "notebooks" / "bench.ipynb")
            notebook = laboratory.open(browser, "notebooks/bench.ipynb")
            for cell in range(len(sources)):
                notebook.run_cell(cell)
            assert not notebook.errors(), notebook.errors()
            boxes = notebook.page.locator('[data-live-view] [data-process^="W"]')
            expect(boxes).to_have_count(workers, timeout=60_000)
            pid, port, sampler = map(int, notes.read_text().split())
            yield Kernel(pid, port, sampler, notebook)
            notebook.close()


def share(browser: Browser, workers: int, seconds: float) -> None:
    """Print the processor shares while idle workers are watched."""
    with watched(browser, f"gunicorn 'labapp:create_app()' --workers {workers}", workers) as kernel:
        # Births are over, and the marks of the newborn gone.
        time.sleep(8)
        pids = kernel.pid, kernel.sampler
        before, begun = [processor(pid) for pid in pids], time.monotonic()
        time.sleep(seconds)
        spent = [processor(pid) - was for pid, was in zip(pids, before, strict=True)]
        of_kernel, of_sampler = (100 * each / (time.monotonic() - begun) for each in spent)
    goal = 1 if workers <= 5 else 10
    print(
        f"{workers:4} idle workers: kernel {of_kernel:5.2f} % of a core (goal {goal} %: "
        f"{verdict(of_kernel <= goal)}), sampler {of_sampler:5.2f} %",
        flush=True,
    )


@contextmanager
def load(port: int) -> Iterator[list[int]]:
    """Send requests, at most `RATE` a second, until the end; yield where they are counted."""
    done, stop = [0], threading.Event()

    def send() -> None:
        while not stop.wait(1 / RATE):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            try:
                connection.request("GET", "/ping")
                connection.getresponse().read()
                done[0] += 1
            except OSError:
                pass  # A worker that is being replaced.
            finally:
                connection.close()

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield done
    finally:
        stop.set()
        thread.join()


def growth(browser: Browser, minutes: float) -> None:
    """Print how the kernel's memory grows while it watches a server under load."""
    command = "gunicorn 'labapp:create_app()' --workers 5 --access-logfile - --max-requests 200"
    with watched(browser, command, 5) as kernel, load(kernel.port) as done:
        begun, before, samples = time.monotonic(), processor(kernel.pid), []
        while time.monotonic() - begun < minutes * 60:
            time.sleep(1)
            samples.append(memory(kernel.pid))
        spent = 100 * (processor(kernel.pid) - before) / (time.monotonic() - begun)
        rows = kernel.notebook.page.locator("[data-live-view] [data-n]").count()
    # The first tenth fills what is bounded: the log that is remembered, the interpreter's own pools.
    tenth = max(1, len(samples) // 10)
    first, last = statistics.median(samples[tenth : 2 * tenth]), statistics.median(samples[-tenth:])
    more = last - first
    print(
        f"{minutes:g} min under load, {done[0]} requests, {rows} lines shown: kernel {spent:.1f} % of a core"
    )
    print(f"memory {first:.1f} MB, then {last:.1f} MB: {more:+.1f} MB (goal < 5 MB: {verdict(more < 5)})")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20, help="of idle watching per figure (20)")
    parser.add_argument("--minutes", type=float, default=1, help="of watching under load (1)")
    parser.add_argument("--workers", type=int, nargs="*", default=[5, 200], help="idle workers (5 200)")
    chosen = parser.parse_args()
    with chromium() as browser:
        for workers in chosen.workers:
            share(browser, workers, chosen.seconds)
        if chosen.minutes:
            growth(browser, chosen.minutes)


if __name__ == "__main__":
    main()
