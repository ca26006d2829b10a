"""From a worker's death, and a fork, to the change in the browser, hop by hop; from a click to its fork.

Each figure is taken in a real JupyterLab in headless Chromium, with eight workers watched: while the kernel
is idle, while a cell sleeps, while a cell burns the processor in pure Python. With `--against`, another
checkout is measured in turn with this one, so that both have the same machine.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import tempfile
from pathlib import Path

from kills import hops
from kills.notebook import BUSY, Bench, Findings
from playwright.sync_api import Browser
from support.in_browser.laboratory import Laboratory, chromium

TURN = 6  # events in a row of one checkout
SLOW = 0.03  # seconds: of whatever took longer it is said where they went


def percentile(values: list[float], share: float) -> float:
    """Return the least value that is not exceeded by this share of the values."""
    return sorted(values)[math.ceil(share * len(values)) - 1]


def row(what: str, values: list[float]) -> str:
    """Return one line of figures, in milliseconds."""
    if not values:
        return f"{what:44} not seen"
    figures = f"{statistics.median(values) * 1000:8.1f} {percentile(values, 0.95) * 1000:8.1f}"
    return f"{what:44} {figures}   {len(values):3}"


def hop_by_hop(trace: dict[str, float]) -> str:
    """Return how long an event took in all, then what each hop added, the longest first."""
    reached = [hop for hop in hops.HOPS if hop in trace]
    times = [0.0, *(trace[hop] for hop in reached)]
    added = {hop: trace[hop] - before for hop, before in zip(reached, times, strict=False)}
    longest = sorted(added, key=lambda hop: -added[hop])
    parts = ", ".join(f"{hop} {added[hop] * 1000:.1f}" for hop in longest)
    return f"{trace['shown'] * 1000:8.1f} of which {parts}"


def report(kind: str, name: str, found: Findings) -> None:
    """Print the budget of deaths and of births, hop by hop, where slow ones went, and what each kill cost."""
    for what, traces in (("death", found.deaths), ("fork", found.births)):
        for hop in hops.HOPS:
            print(row(f"{name:7}{kind:6} {what:5} {hop}", [trace[hop] for trace in traces if hop in trace]))
        for trace in traces:
            if trace.get("shown", 0.0) > SLOW:
                print(f"{name:7}{kind:6} a slow {what:23}{hop_by_hop(trace)}")
        both = [trace for trace in traces if {"shown", "announced"} <= trace.keys()]
        if both:
            since = [trace["shown"] - trace["announced"] for trace in both]
            print(row(f"{name:7}{kind:6} {what:5} shown since announced", since))
    number = statistics.median(count for count, _ in found.sent)
    size = statistics.median(size for _, size in found.sent) / 1000
    task = statistics.mean(found.tasks) * 1000
    print(
        f"{name:7}{kind:6} a kill: {number:g} messages, {size:.1f} kB, {task:.1f} ms of the page", flush=True
    )


def measure(
    browser: Browser, events: str, trees: dict[str, Path], kinds: list[str], *, count: int, clicks: int
) -> None:
    """Print the figures with the given way to hear of events: `auto` or `exits`."""
    os.environ["LABAPP_EVENTS"] = events
    with tempfile.TemporaryDirectory(prefix="labapp-bench-") as home:
        os.environ["LABAPP_RUNTIME_DIR"] = f"{home}/r"
        with Laboratory(Path(home)).running() as laboratory:
            benches = [Bench(laboratory, browser, tree, name) for name, tree in trees.items()]
            print(f"\nevents: {events:34}   median      p95     n   (ms)")
            for kind in kinds:
                found = {bench.name: Findings([], [], [], []) for bench in benches}
                for turn in range(0, count, TURN):
                    for bench in benches:
                        number = min(TURN, count - turn)
                        for each in benches:  # One that is not measured disturbs the other, too.
                            each.collect()
                        bench.busy(kind, number * 1.5 + 2)
                        found[bench.name] += bench.deaths(number)
                for bench in benches:
                    report(kind, bench.name, found[bench.name])
            for kind in kinds:
                for bench in benches:
                    bench.busy(kind, 2 * clicks + 10)
                    print(row(f"{bench.name:7}{kind:6} click to fork", bench.clicks(clicks)), flush=True)
                    bench.settle()
            for bench in benches:
                bench.notebook.close()


def main() -> None:
    """Print the figures, or those of one way to hear of events."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", choices=["auto", "exits"], help="only this way to hear of events")
    parser.add_argument("--count", type=int, default=12, help="deaths per figure (12)")
    parser.add_argument("--clicks", type=int, default=3, help="clicks per figure (3)")
    parser.add_argument(
        "--kinds", nargs="*", choices=list(BUSY), default=list(BUSY), help="what the kernel does"
    )
    parser.add_argument("--against", type=Path, help="a checkout to measure in turn with this one")
    chosen = parser.parse_args()
    trees = {"before": chosen.against.resolve()} if chosen.against else {}
    trees["now"] = Path(__file__).resolve().parents[1]
    with chromium() as browser:
        for events in [chosen.events] if chosen.events else ["auto", "exits"]:
            measure(browser, events, trees, chosen.kinds, count=chosen.count, clicks=chosen.clicks)


if __name__ == "__main__":
    main()
