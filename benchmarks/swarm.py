"""How many requests per second Locust sends from one process, and from a master and two workers.

Nginx answers a trivial location, so that the generator is what is slow. A run takes about half a minute.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from labapp import lab

JOURNEY = """
from locust import FastHttpUser, task

class Visitor(FastHttpUser):
    @task
    def look(self):
        self.client.get("/")
"""
CONFIG = 'server { listen {{ listen }}; access_log off; location / { return 200 "pong"; } }'
USERS = 20


def play(host: str, journey: Path, seconds: int, workers: int) -> float:
    """Return the requests per second of one process, or of so many workers and their master."""
    locust = [sys.executable, "-m", "locust", "-f", str(journey), "--skip-log"]
    command = [*locust, "--headless", "-u", str(USERS), "-r", str(USERS), "-t", f"{seconds}s", "--host", host]
    helpers = []
    if workers:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = str(probe.getsockname()[1])
        command += ["--master", "--master-bind-host", "127.0.0.1", "--master-bind-port", port]
        command += ["--expect-workers", str(workers)]
        worker = [*locust, "--worker", "--master-host", "127.0.0.1", "--master-port", port]
        helpers = [subprocess.Popen(worker, stderr=subprocess.DEVNULL) for _ in range(workers)]
    try:
        told = subprocess.run(
            [*command, "--json"], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=120
        )
    finally:
        for helper in helpers:
            helper.terminate()
            helper.wait()
    (row,) = json.loads(told.stdout)
    if row["num_failures"]:
        raise RuntimeError(f"{row['num_failures']} requests failed")
    return float(row["num_requests"]) / (row["last_request_timestamp"] - row["start_time"])


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=4, help="per run (4)")
    chosen = parser.parse_args()
    if importlib.util.find_spec("locust") is None:
        print("Locust is not installed: there is nothing to measure (pip install locust)")
        return
    print(f"{os.cpu_count()} processors, shared by server and generator; {USERS} users without a pause")
    with tempfile.TemporaryDirectory() as folder, lab.nginx(CONFIG) as edge:
        journey = Path(folder, "journey.py")
        journey.write_text(JOURNEY)
        one = play(edge.url, journey, chosen.seconds, 0)
        two = play(edge.url, journey, chosen.seconds, 2)
    print(f"one process {one:,.0f}/s, a master and two workers {two:,.0f}/s: {two / one:.2f} times as many")


if __name__ == "__main__":
    main()
