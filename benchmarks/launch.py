"""What a launch costs: `lab.launch` until it answers, against the bare command until its first answer.

Both are run in turn, in one process, so that whatever else the machine does befalls both alike.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from labapp import lab

COMMAND = ["gunicorn", "labapp:create_app()"]
GOAL = 1.15


def bare(place: Path) -> float:
    """Return the seconds from starting the command to its first 200."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = probe.getsockname()
    began = time.perf_counter()
    program = Path(sys.executable).with_name(COMMAND[0])
    server = subprocess.Popen(
        [
            program,
            *COMMAND[1:],
            "--bind",
            f"127.0.0.1:{address[1]}",
            "--control-socket",
            place / "gunicorn.ctl",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not answers(address):
            time.sleep(0.001)
        return time.perf_counter() - began
    finally:
        server.terminate()
        server.wait()


def answers(address: tuple[str, int]) -> bool:
    with suppress(ConnectionError), socket.create_connection(address) as connection:
        connection.sendall(b"GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return connection.recv(64).startswith(b"HTTP/1.1 200")
    return False


def launched(_: Path) -> float:
    """Return the seconds that `lab.launch` takes."""
    began = time.perf_counter()
    with lab.launch(COMMAND, ready="/ping") as server:
        taken = time.perf_counter() - began
        assert server.first_status == 200
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=20)
    pairs = parser.parse_args().pairs
    times: dict[str, list[float]] = {"bare": [], "launched": []}
    with tempfile.TemporaryDirectory() as folder:
        for measure in (bare, launched):  # Caches warm, modules imported.
            measure(Path(folder))
        for pair in range(pairs):
            for measure in (bare, launched) if pair % 2 else (launched, bare):
                times[measure.__name__].append(measure(Path(folder)))
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    ratio = medians["launched"] / medians["bare"]
    print(f"{pairs} pairs, load {os.getloadavg()[0]:.1f}")
    print(f"bare command to its first 200   {medians['bare'] * 1000:6.0f} ms (median)")
    print(f"lab.launch until it answers     {medians['launched'] * 1000:6.0f} ms (median)")
    print(f"ratio                           {ratio:6.2f}    (goal: at most {GOAL})")


if __name__ == "__main__":
    main()
