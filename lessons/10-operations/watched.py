"""The states of Supervisor's programs while something is going on, and which of them really listen."""

from dataclasses import dataclass
from itertools import groupby
from time import monotonic

import psutil


@dataclass(frozen=True)
class Seen:
    """One look: when, by the monotonic clock; the state of a program; if its process lives and listens."""

    at: float
    state: str
    lives: bool
    listens: bool

    @property
    def hollow(self):
        """Whether it is said to run, and does, and has no socket."""
        return self.state == "RUNNING" and self.lives and not self.listens


def watch(server, control, programs, until):
    """Look at programs again and again until a condition holds; return what was seen of each."""
    seen = {program: [] for program in programs}

    def look():
        for program, (state, pid) in control.programs().items():
            seen[program].append(Seen(monotonic(), state, lives(pid), listens(pid)))
        return until(seen)

    server.wait_until(look, timeout=40)
    return seen


def lives(pid):
    """Tell whether there is such a process, and no zombie."""
    try:
        return pid > 0 and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def listens(pid):
    """Tell whether a process holds a listening socket."""
    try:
        connections = psutil.Process(pid).net_connections("inet") if pid else []
    except psutil.Error:  # Of a zombie an ordinary user may not even ask.
        return False
    return any(each.status == psutil.CONN_LISTEN for each in connections)


def states(seen):
    """Return the states in the order in which they came, each once in a row."""
    return [state for state, _ in groupby(look.state for look in seen)]
