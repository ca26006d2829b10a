"""The states of Supervisor's programs while something is going on, and which of them really listen."""

from dataclasses import dataclass
from itertools import groupby
from time import monotonic

import psutil


@dataclass(frozen=True)
class Seen:
    """One look: when, by the monotonic clock, the state of a program, and whether its process listens."""

    at: float
    state: str
    listens: bool


def watch(server, control, programs, until):
    """Look at programs again and again until a condition holds; return what was seen of each."""
    seen = {program: [] for program in programs}

    def look():
        states = control.states()
        for program in programs:
            now = Seen(monotonic(), states[program], listens(control.process(program)))
            seen[program].append(now)
        return until(seen)

    server.wait_until(look, timeout=30)
    return seen


def listens(process):
    """Tell whether a process holds a listening socket."""
    if process is None:
        return False
    try:
        return any(each.status == psutil.CONN_LISTEN for each in process.net_connections("inet"))
    except psutil.NoSuchProcess:
        return False


def states(seen):
    """Return the states in the order in which they came, each once in a row."""
    return [state for state, _ in groupby(look.state for look in seen)]
