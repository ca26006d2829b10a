"""What a launch costs: `lab.launch` until it answers, against the bare command until its first answer.

Both are run in turn, in one process, so that whatever else the machine does befalls both alike, and each
after a pause: what the one before has left to be done, such as the guard that waits for the next launch, is
done then, as it is when a person launches. The ratio is the median of the pairs' ratios.
"""

import argparse
import os
import shlex
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from operator import truediv
from pathlib import Path

from labapp import lab

WSGI, ASGI = "labapp.web.callables:hello", "labapp.web.twin:app"
COMMANDS = {
    "Gunicorn": 'gunicorn "labapp:create_app()" --bind 127.0.0.1:{port} --control-socket {place}/ctl',
    "Flask": "flask --app labapp run --port {port}",
    "Waitress": f"waitress-serve --host 127.0.0.1 --port {{port}} {WSGI}",
    "uWSGI": f"uwsgi --http-socket 127.0.0.1:{{port}} --module {WSGI} --master",
    "Uvicorn": f"uvicorn {ASGI} --port {{port}}",
    "Uvicorn --workers": f"uvicorn {ASGI} --port {{port}} --workers 2",
    "Hypercorn": f"hypercorn {ASGI} --bind 127.0.0.1:{{port}}",
    "Granian": f"granian --interface wsgi {WSGI} --port {{port}}",
    "Daphne": f"daphne {ASGI} --port {{port}}",
}
GOAL = 1.15
PAUSE = 0.2


def free() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def bare(command: str, place: Path) -> float:
    """Return the seconds from starting the command to its first 200."""
    port = free()
    name, *words = shlex.split(command.format(port=port, place=place))
    began = time.perf_counter()
    server = subprocess.Popen(
        [Path(sys.executable).with_name(name), *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not answers(("127.0.0.1", port)):
            time.sleep(0.001)
        return time.perf_counter() - began
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def answers(address: tuple[str, int]) -> bool:
    with suppress(ConnectionError), socket.create_connection(address) as connection:
        connection.sendall(b"GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return connection.recv(64).startswith(b"HTTP/1.1 200")
    return False


def launched(command: str, place: Path) -> float:
    """Return the seconds that `lab.launch` takes."""
    typed = command.format(port=free(), place=place)
    began = time.perf_counter()
    with lab.launch(typed, ready="/ping") as server:
        taken = time.perf_counter() - began
        assert server.first_status == 200
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("servers", nargs="*", default=list(COMMANDS))
    given = parser.parse_args()
    print(f"{given.pairs} pairs of each, load {os.getloadavg()[0]:.1f}; goal: a ratio of at most {GOAL}")
    print(f"{'':18} {'bare':>8} {'lab.launch':>11}   ratio   (until the first 200)")
    with tempfile.TemporaryDirectory() as folder:
        for name in given.servers:
            times: dict[str, list[float]] = {"bare": [], "launched": []}
            for measure in (bare, launched):  # Caches warm, modules imported.
                measure(COMMANDS[name], Path(folder))
            for pair in range(given.pairs):
                for measure in (bare, launched) if pair % 2 else (launched, bare):
                    time.sleep(PAUSE)
                    times[measure.__name__].append(measure(COMMANDS[name], Path(folder)))
            own, ours = (statistics.median(times[which]) * 1000 for which in ("bare", "launched"))
            ratio = statistics.median(map(truediv, times["launched"], times["bare"]))
            print(f"{name:18} {own:5.0f} ms {ours:8.0f} ms {ratio:7.2f}", flush=True)


if __name__ == "__main__":
    main()
