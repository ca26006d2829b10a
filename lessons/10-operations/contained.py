"""A command as the first process of a PID namespace of its own, as a container would run it."""

import signal
import socket
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import psutil
from customers import Customers

from labapp import lab

HERE = Path(__file__).parent
NAMESPACE = ("unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc")
VISITORS = 3


def permitted():
    """Tell whether this system lets an ordinary user have a PID namespace."""
    try:
        command = [*NAMESPACE, "sh", "-c", "echo $$"]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=10)
    except FileNotFoundError:
        return False
    return done.stdout.strip() == "1"


@dataclass(frozen=True)
class Stopped:
    """How a container was stopped: what it took, and how many answers that had begun were cut off."""

    first: str
    zombies: int
    seconds: float
    killed: bool
    cut_off: int


def stop_under_traffic(command, grace=6):
    """Run a command as PID 1, have mail sent, stop it as `docker stop` does while visitors are served."""
    with TemporaryDirectory() as folder:
        begun = Path(folder, "begun")
        env = {"BEGUN": str(begun), "PORT": str(free_port())}
        words = f"{' '.join(NAMESPACE)} {command.replace('$PORT', env['PORT'])}"
        with lab.launch(words, cwd=HERE, env=env) as server:
            for _ in range(3):
                server.get("/mail", headers={"Connection": "close"})
            first = psutil.Process(server.guard_pid).children()[0].children()[0]
            name = program(first)
            server.wait_until(lambda: not any(sends_mail(process) for process in server.tree()))
            with suppress(TimeoutError):
                server.wait_until(lambda: not zombies(server), timeout=1)  # Whoever buries them may be late.
            unburied = zombies(server)
            with Customers(server.address, "/slow", number=VISITORS) as visitors:
                server.wait_until(lambda: begun.exists() and begun.stat().st_size >= VISITORS)
                seconds, killed = stop(server, first, grace)
        cut_off = begun.stat().st_size - visitors.counted()["200"]
    return Stopped(name, unburied, seconds, killed, cut_off)


def program(process):
    """Return the name of the program that a process runs, Python's own aside."""
    words = [Path(word).name for word in process.cmdline()]
    name = words[1] if words[0].startswith("python") else words[0]
    return name.partition(":")[0]  # Gunicorn's title is `gunicorn: master […]`.


def sends_mail(process):
    """Tell whether this is the program that sends mail, and still at it."""
    return process.command == "sleep" and process.state != "zombie"


def zombies(server):
    """Return how many have ended that nobody has asked about."""
    return sum(process.state == "zombie" for process in server.tree())


def stop(server, first, grace):
    """Send PID 1 a TERM, and a KILL if it is still there after so many seconds."""
    begin = monotonic()
    first.send_signal(signal.SIGTERM)
    try:
        server.wait_until(running=False, timeout=grace)
    except TimeoutError:
        with suppress(psutil.NoSuchProcess):
            first.kill()
        server.wait_until(running=False)
        return monotonic() - begin, True
    return monotonic() - begin, False


def free_port():
    """Return a port that nobody has at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
