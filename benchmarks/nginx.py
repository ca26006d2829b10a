"""What the events of Nginx cost: the throughput of a proxied route with them sent to the lab, against not.

Both instances stand before the same Gunicorn and are run in turn, so that whatever else the machine does
befalls both alike; the ratio of the medians is what counts. Both write their access log to a file. It also
says how many of the requests the lab heard of, and how many it knows to have missed. `wrk` sends the requests
where there is one, else threads of this process do.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from hooks import APPLICATION, GOAL, by_threads, by_wrk

from labapp import lab

PROXY = "server { listen {{ listen }}; OFF location / { proxy_pass http://{{ web.address }}; } }"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=6)
    parser.add_argument("--seconds", type=int, default=1)
    given = parser.parse_args()
    load = by_wrk if shutil.which("wrk") else by_threads
    print(f"{given.pairs} pairs of {given.seconds} s, {load.__name__}, load {os.getloadavg()[0]:.1f}")
    figures: dict[bool, list[float]] = {True: [], False: []}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "trivial.py").write_text(APPLICATION)
        with (
            # Without the hooks of its own, so that the figure is Nginx's alone.
            lab.launch(
                "gunicorn trivial:app -k gthread --threads 8 --logger-class gunicorn.glogging.Logger",
                cwd=folder,
            ) as web,
            lab.nginx(PROXY.replace("OFF", ""), web=web) as on,
            # A log of its own in the server block takes the place of what the lab has put around it.
            lab.nginx(PROXY.replace("OFF", "access_log log;"), web=web) as off,
        ):
            for edge in (on, off):
                load(edge.url, 1)
            for pair in range(given.pairs):
                for edge in (on, off) if pair % 2 else (off, on):
                    figures[edge is on].append(load(edge.url, given.seconds))
            sent = sum(" 200 " in line for line in on.log.lines)
            timeline = on.timeline
            timeline.wait_for(lambda seen: timeline.forgotten + len(seen) + seen.dropped >= sent, timeout=10)
            heard = timeline.forgotten + len(timeline)
            dropped = timeline.dropped
    pairs = sorted(a / b for a, b in zip(figures[True], figures[False], strict=True))
    medians = {told: statistics.median(found) for told, found in figures.items()}
    ratio = medians[True] / medians[False]
    print(
        f"proxied  on {medians[True]:6.0f}/s   off {medians[False]:6.0f}/s   ratio {ratio:.2f}"
        f" (goal: at least {GOAL}; pairs {pairs[0]:.2f} to {pairs[-1]:.2f})"
        f"   {sent} requests, {heard} events, {dropped} known to be missed"
    )
    sys.exit("below the goal" if ratio < GOAL else 0)


if __name__ == "__main__":
    main()
