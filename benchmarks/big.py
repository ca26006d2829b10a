"""Two hundred workers and two thousand requests a second, watched: frames, processor shares, memory.

In a real JupyterLab with the view open in headless Chromium. The workers are Gunicorn's; their requests are
told in their place, as they would tell them, since two cores could not serve so many: it is the view that is
measured. Memory is compared once the minute that is remembered is full.
"""

from __future__ import annotations

import argparse
import heapq
import random
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, cycle
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import CDPSession, Page
from watching import Kernel, chromium, memory, processor, verdict, watched

from labapp.observe.server_events import (
    SOCKET_KIND,
    encode_request,
    encode_request_begin,
    encode_request_end,
)
from labapp.servers.guard.records import MARKER

EVERY = 5.0  # seconds between two looks
STEP = 0.005  # seconds between two handfuls of requests
REMEMBERED = 60.0  # seconds that kernel and page remember
FRAMES = """() => {
    window.frames_ = 0;
    const count = () => { window.frames_ += 1; requestAnimationFrame(count); };
    requestAnimationFrame(count);
}"""
SHOWN = "() => document.querySelector('[data-live-view] .ll-facts').textContent"


# What the browser's own metrics call the page's work: all of it, then some of its parts.
WORK = ("TaskDuration", "ScriptDuration", "RecalcStyleDuration", "LayoutDuration")


class Look(NamedTuple):
    """What was seen since the look before, and at it: rates and shares, then megabytes."""

    frames: float
    kernel: float
    sampler: float
    page: float
    script: float
    style: float
    layout: float
    kernel_memory: float
    sampler_memory: float
    page_memory: float
    elements: int


@contextmanager
def requests(pids: list[int], rate: float) -> Iterator[list[int]]:
    """Tell of so many requests a second, each worker in its turn; yield how many there were."""
    variables = Path(f"/proc/{pids[0]}/environ").read_text().split("\0")
    directory = dict(each.partition("=")[::2] for each in variables)[MARKER]
    told, stop = [0], threading.Event()

    def tell() -> None:
        numbers, turns, open_ = count(1), cycle(pids), list[tuple[float, int, str, float]]()
        with socket.socket(socket.AF_UNIX, SOCKET_KIND) as sender:
            sender.connect(f"{directory}/events")
            due = time.monotonic()
            while not stop.wait(STEP):
                now = time.monotonic()
                while due <= now:
                    about = encode_request("", next(numbers), 40000, "GET", f"/item/{told[0] % 97}")
                    pid = next(turns)
                    sender.send(encode_request_begin(due, pid, 0, about).encode())
                    heapq.heappush(open_, (due + random.uniform(0.002, 0.05), pid, about, due))
                    told[0] += 1
                    due += 1 / rate
                while open_ and open_[0][0] <= now:
                    at, pid, about, began = heapq.heappop(open_)
                    sender.send(encode_request_end(at, pid, 0, about, began, 200).encode())

    thread = threading.Thread(target=tell)
    thread.start()
    try:
        yield told
    finally:
        stop.set()
        thread.join()


class Observer:
    """Looks at a notebook that watches a server."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.page: Page = kernel.notebook.page
        self.browser: CDPSession = self.page.context.new_cdp_session(self.page)
        self.browser.send("Performance.enable", {"timeDomain": "threadTicks"})
        self.page.evaluate(FRAMES)
        self.before = self._now()

    def _now(self) -> list[float]:
        found = self.browser.send("Performance.getMetrics")["metrics"]
        metrics = {one["name"]: float(one["value"]) for one in found}
        frames = float(self.page.evaluate("() => window.frames_"))
        spent = processor(self.kernel.pid), processor(self.kernel.sampler)
        return [time.monotonic(), frames, *spent, *(metrics[name] for name in WORK)]

    def look(self) -> Look:
        """Return what there is, and what has been since the look before."""
        now = self._now()
        seconds, *more = (new - old for new, old in zip(now, self.before, strict=True))
        frames, *shares = (each / seconds for each in more)
        self.browser.send("HeapProfiler.collectGarbage")
        heap = self.browser.send("Runtime.getHeapUsage")["usedSize"] / 1e6
        elements = self.browser.send("Memory.getDOMCounters")["nodes"]
        # The look itself is not to count.
        self.before = self._now()
        pids = self.kernel.pid, self.kernel.sampler
        return Look(frames, *(100 * each for each in shares), *map(memory, pids), heap, elements)


def watch(kernel: Kernel, rate: float, minutes: float) -> None:
    """Print what is seen while the requests come, and how memory grew."""
    observer = Observer(kernel)
    pids = [
        int(pid)
        for pid in observer.page.locator('[data-process^="W"]').evaluate_all(
            "boxes => boxes.map(box => box.dataset.pid)"
        )
    ]
    looks: list[tuple[float, Look]] = []
    with requests(pids, rate) as told:
        begun = time.monotonic()
        while (elapsed := time.monotonic() - begun) < minutes * 60:
            time.sleep(EVERY)
            looks.append((elapsed, observer.look()))
        sent, took = told[0], time.monotonic() - begun
    time.sleep(EVERY)
    # A machine with other work cannot tell of so many, and what it shows then says nothing.
    told_all = verdict(sent / took >= 0.95 * rate)
    print(f"{len(pids)} workers, {sent} requests, {sent / took:.0f} a second (goal {rate:g}: {told_all})")
    print(f"shown at the end: {observer.page.evaluate(SHOWN)}")
    seen = [look for _, look in looks]
    frames = [look.frames for look in seen]
    print(
        f"frames a second: median {statistics.median(frames):.0f}, fewest {min(frames):.0f} "
        f"(goal 30: {verdict(statistics.median(frames) >= 30)})"
    )
    for name in ("kernel", "sampler", "page"):
        print(f"{name:8} {statistics.median(getattr(look, name) for look in seen):5.1f} % of a core")
    print(f"the page, for a frame: {', '.join(_per_frame(seen))}")
    full = [look for at, look in looks if at >= REMEMBERED] or seen
    third = max(1, len(full) // 3)
    for name, most in (("kernel_memory", 10), ("sampler_memory", 5), ("page_memory", 10), ("elements", 500)):
        first, last = (
            statistics.median(getattr(look, name) for look in part) for part in (full[:third], full[-third:])
        )
        flat = verdict(last - first < most)
        print(f"{name:15} {first:9.1f}, then {last:9.1f}: {last - first:+.1f} (goal < {most}: {flat})")


def _per_frame(seen: list[Look]) -> Iterator[str]:
    """Say how many milliseconds of the page's main thread a frame takes, and for what."""
    spent = {
        name: statistics.median(10 * getattr(look, name) / max(look.frames, 1) for look in seen)
        for name in ("page", "script", "style", "layout")
    }
    whole = spent.pop("page")
    yield f"{whole:.1f} ms"
    yield from (f"{name} {part:.1f}" for name, part in spent.items())
    yield f"painting and the rest {whole - sum(spent.values()):.1f}"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="of requests (10)")
    parser.add_argument("--workers", type=int, default=200, help="that are watched (200)")
    parser.add_argument("--rate", type=float, default=2000, help="requests a second (2000)")
    chosen = parser.parse_args()
    command = f"gunicorn 'labapp:create_app()' --workers {chosen.workers} --preload"
    with chromium() as browser, watched(browser, command, chosen.workers) as kernel:
        watch(kernel, chosen.rate, chosen.minutes)


if __name__ == "__main__":
    main()
