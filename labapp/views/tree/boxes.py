"""One process as a box: what is written in it, before anyone decides where."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from labapp.observe.kernel import Process

Mood = Literal["alive", "born", "dead"]

# What the operating system calls these states is worth a mark of its own; the others are daily life.
MARKED_STATES = {"stopped": "‖", "traced": "‖", "zombie": "†"}
HEADS = ("master", "server", "supervisor")


@dataclass(frozen=True, slots=True)
class Box:
    """A process as the views draw it: alive, just born, or dead a moment ago.

    `key` is its label ("W1") and `parent` its parent's; `cpu` is in percent of one core, `memory` in MB;
    `since` is the wall-clock second of its birth; `verdict`, `lived` (seconds) and whether it ended in good
    order (`calm`) are told by its death.
    """

    key: str
    role: str
    pid: int
    parent: str = ""
    mood: Mood = "alive"
    state: str = ""
    cpu: int = 0
    memory: int = 0
    threads: int = 1
    sockets: tuple[str, ...] = ()
    since: float = 0.0
    verdict: str = ""
    lived: float = 0.0
    calm: bool = False

    @property
    def is_head(self) -> bool:
        """Whether it heads a family: a master, who starts one anew, or a server that never forks."""
        return self.role in HEADS

    @property
    def words(self) -> dict[str, str]:
        """Return the text of every part that a shape may show; an empty part is left out.

        `{age}` stands for the time since its birth: whoever shows the words fills it in.
        """
        words = {"tag": self.key, "pid": f"pid {self.pid}", "kind": self.role, "chip": self.key}
        cpu, memory = f"cpu {self.cpu} %", f"{self.memory} MB"
        threads = f"{self.threads} threads" if self.threads > 1 else ""
        if self.mood == "dead":
            end = "■" if self.calm else "✕"
            notable = f"{end} {self.verdict}"
            words |= {"verdict": notable, "lived": f"lived {spell(self.lived)}", "chip": f"{end}{self.key}"}
            words |= {"pid": str(self.pid), "notable": notable, "brief": f"{end} {shorten(self.verdict)}"}
            return words
        words |= {"cpu": cpu, "memory": memory, "threads": threads}
        words |= {"manner": self.state or self.role, "state": self.state or self.role}
        if mark := MARKED_STATES.get(self.state):
            notable = f"{mark} {self.state}"
            # Where both are shown, who it is stands beside how it is.
            words |= {"manner": self.role, "state": notable, "notable": notable, "brief": notable}
            words["chip"] = f"{mark}{self.key}"
        elif self.mood == "born":
            notable = "✚ born {age} ago"
            words |= {"state": notable, "notable": notable, "brief": "✚ {age}", "chip": f"✚{self.key}"}
        else:
            words |= {"share": cpu, "load": f"{cpu}   {memory}"}
            words |= {"figures": "   ".join(filter(None, (cpu, memory, threads)))}
        return {part: text for part, text in words.items() if text}

    @property
    def spoken(self) -> str:
        """Return what a screen reader says of it: who it is and how it is, without the restless figures."""
        how = self.verdict if self.mood == "dead" else self.state
        return ", ".join(filter(None, (self.key, self.role, f"pid {self.pid}", how)))


def of_process(process: Process, parent: str) -> Box:
    """Return the box of a process in a tree; `parent` is its parent's label."""
    return Box(
        key=process.label,
        role=process.role,
        pid=process.pid,
        parent=parent,
        state=process.state,
        cpu=round(process.cpu * 100),
        memory=round(process.rss / 1e6),
        threads=process.threads,
        sockets=process.listening,
    )


def of_tree(tree: Iterable[Process]) -> list[Box]:
    """Return the boxes of a snapshot, in the snapshot's own order."""
    processes = list(tree)
    labels = {process.pid: process.label for process in processes}
    return [of_process(process, labels.get(process.ppid, "")) for process in processes]


def settled(boxes: Iterable[Box]) -> list[Box]:
    """Leave out what changes from one moment to the next, so that the same tree gives the same picture.

    The dead are gone, the newborn are simply there, and whether one sleeps or runs is not told.
    """
    return [
        replace(box, mood="alive", state=box.state if box.state in MARKED_STATES else "")
        for box in boxes
        if box.mood != "dead"
    ]


def shorten(how: str) -> str:
    """Return a verdict in a word or two, for a box with little room."""
    return how.removeprefix("killed by ").removeprefix("exited with ").partition(",")[0]


def spell(seconds: float) -> str:
    """Write a duration as a person reads it: `0.4 s`, `41 s`, `12 min`, `3 h`."""
    if seconds < 9.95:
        return f"{max(seconds, 0.0):.1f} s"
    if seconds < 119.5:
        return f"{seconds:.0f} s"
    if seconds < 7170:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h"
