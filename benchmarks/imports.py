"""What an import costs over bare Python, and which heavy packages it brings along."""

import argparse
import statistics
import subprocess
import sys
import time

HEAVY = ("flask", "ipywidgets", "psutil", "httpx", "anywidget")
STATEMENTS = {
    "bare": "pass",
    "import labapp": "import labapp",
    "from labapp import lab": "from labapp import lab",
}
GOAL = 0.080  # seconds over bare Python, for `from labapp import lab`


def seconds(statement: str) -> float:
    """Return how long a Python takes to start, run this statement and end."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - began


def brought(statement: str) -> str:
    """Return which heavy packages are imported after this statement."""
    code = f"{statement}\nimport sys\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.strip()


def main() -> None:
    """Print the figures, the statements in turn so that whatever the machine does befalls all alike."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="runs of each statement (15)")
    runs = parser.parse_args().runs
    taken: dict[str, list[float]] = {name: [] for name in STATEMENTS}
    for _ in range(runs):
        for name, statement in STATEMENTS.items():
            taken[name].append(seconds(statement))
    bare = statistics.median(taken["bare"])
    print(f"{'':24} {'median':>8} {'over bare':>10}   of {', '.join(HEAVY)} it imports   (ms)")
    for name, statement in STATEMENTS.items():
        median = statistics.median(taken[name])
        print(
            f"{name:24} {median * 1000:8.1f} {(median - bare) * 1000:10.1f}   {brought(statement) or 'none'}"
        )
    print(f"goal: at most {GOAL * 1000:.0f} ms over bare Python for `from labapp import lab`")


if __name__ == "__main__":
    main()
