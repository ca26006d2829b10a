"""How exactly an open loop keeps its rate: what was asked for, beside what the server counted.

Nginx answers a trivial location and writes the time of each request; `steady` is the most that one tenth of a
second of the load had more or fewer than its share, in per cent of the share. A run takes some ten seconds.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections import Counter
from pathlib import Path

from labapp import lab
from labapp.load import Load

CONFIG = """
log_format times '$msec';
server {
    listen {{ listen }};
    access_log {{ log }} times;
    location / { return 200 "pong"; }
}
"""
WINDOW = 0.1


def unsteady(times: list[float], rate: float) -> float:
    """Return by how much, in per cent, a window of the load differs from its share; its ends are left out."""
    windows = Counter(int((time - times[0]) / WINDOW) for time in times)
    whole = [windows[number] for number in range(1, max(windows))]
    return max(abs(count - rate * WINDOW) for count in whole) / (rate * WINDOW) * 100


def measure(rate: float, seconds: float, keep_alive: bool) -> tuple[Load, list[float]]:
    """Send a load; return it, and when the server had each request."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "times")
        with lab.nginx(CONFIG, log=log) as edge:
            before = len(log.read_text().split()) if log.exists() else 0
            load = lab.load(edge, "/", rate=rate, duration=seconds, keep_alive=keep_alive, progress=False)
        times = sorted(map(float, log.read_text().split()[before:]))
    if load.errors or set(load.statuses) != {200}:
        raise RuntimeError(str(load))
    return load, times


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2, help="per run (2)")
    parser.add_argument("--rates", type=float, nargs="*", default=[100, 1000, 3000], help="per second")
    chosen = parser.parse_args()
    print(f"{os.cpu_count()} processors, shared by server and generator")
    print("  asked  connections  counted  per second  steady  late: median    99 %  answered: median   99 %")
    for keep_alive in (True, False):
        for rate in chosen.rates:
            load, times = measure(rate, chosen.seconds, keep_alive)
            late = load.lateness(50) * 1000, load.lateness(99) * 1000
            answered = load.median * 1000, load.percentile(99) * 1000
            per_second = (len(times) - 1) / (times[-1] - times[0])
            print(
                f"{rate:7,.0f}  {'kept alive' if keep_alive else 'new each':11}  {len(times):7,}"
                f"  {per_second:10,.1f}  {unsteady(times, rate):4.0f} %"
                f"  {late[0]:9.2f} ms  {late[1]:4.1f} ms  {answered[0]:13.2f} ms  {answered[1]:3.1f} ms",
                flush=True,
            )


if __name__ == "__main__":
    main()
