"""The parts that processes play."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Role:
    """A part that a process plays: its name, and the letters of its label."""

    name: str
    letters: str
    numbered: bool = False
    """Whether there may be several from the start, so that the first is numbered too: W1, not W."""


MASTER = Role("master", "M")
SERVER = Role("server", "S")
WORKER = Role("worker", "W", numbered=True)
HELPER = Role("helper", "H", numbered=True)
RELOADER = Role("reloader", "R")
SUPERVISOR = Role("supervisor", "SV")
COMMON = (MASTER, SERVER, WORKER, HELPER, RELOADER, SUPERVISOR)
