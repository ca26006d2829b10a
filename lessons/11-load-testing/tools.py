"""The same load by other people's tools, each called as a person calls it; what each said of it."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}
K6 = """
import http from "k6/http";
export const options = { discardResponseBodies: true, noConnectionReuse: true,
  summaryTrendStats: ["med", "p(99)"], scenarios: { all: SCENARIO } };
export default function () { http.get("URL"); }
export function handleSummary(data) { return { "summary.json": JSON.stringify(data.metrics) }; }
"""


@dataclass(frozen=True)
class Said:
    """Answers per second, median and 99 % latency in s, as a tool said them."""

    throughput: float
    median: float
    p99: float


def wrk(url, together, seconds):
    """Keep so many connections busy with wrk."""
    told = _run("wrk", "--latency", "-t", "1", "-c", together, "-d", f"{seconds}s", url)
    shares = {
        share: float(value) * UNITS[unit]
        for share, value, unit in re.findall(r"(\d\d)%\s+([\d.]+)(\w+)", told)
    }
    return Said(float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1]), shares["50"], shares["99"])


def hey(url, together, seconds):
    """Keep so many connections busy with hey."""
    told = _run("hey", "-c", together, "-z", f"{seconds}s", "-disable-keepalive", url)
    shares = dict(re.findall(r"(\d\d)%+ in ([\d.]+) secs", told))
    throughput = float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])
    return Said(throughput, float(shares["50"]), float(shares.get("99", shares[max(shares)])))


def k6(url, together, seconds):
    """Keep so many virtual users of k6 busy."""
    return _k6(url, {"executor": "constant-vus", "vus": together, "duration": f"{seconds}s"})


def k6_at_a_rate(url, rate, seconds):
    """Have k6 begin so many requests per second, with as many users as that takes."""
    pace = {"rate": rate, "timeUnit": "1s", "duration": f"{seconds}s"}
    return _k6(url, {"executor": "constant-arrival-rate", "preAllocatedVUs": 200, **pace})


def _k6(url, scenario):
    with TemporaryDirectory() as folder:
        script = Path(folder, "load.js")
        script.write_text(K6.replace("SCENARIO", json.dumps(scenario)).replace("URL", url))
        _run("k6", "run", "--quiet", "--no-usage-report", "--address", "", script, cwd=folder)
        measured = json.loads(Path(folder, "summary.json").read_text())
    times = measured["http_req_duration"]["values"]
    return Said(measured["http_reqs"]["values"]["rate"], times["med"] / 1000, times["p(99)"] / 1000)


def _run(*words, cwd=None):
    words = (program(words[0]), *words[1:])
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, check=True, timeout=60, cwd=cwd)
    return done.stdout


def program(name):
    """Return where a program is: beside this Python, or on the path."""
    return shutil.which(name, path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))


def present():
    """Return the tools of this machine, by name."""
    return {name: tool for name, tool in (("wrk", wrk), ("hey", hey), ("k6", k6)) if program(name)}
