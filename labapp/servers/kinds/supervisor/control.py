"""What supervisord says of its programs, asked at its control socket."""

from collections.abc import Iterable
from dataclasses import dataclass
from xmlrpc.client import ServerProxy

from labapp.servers.kinds.supervisor.site import Control


@dataclass(frozen=True)
class ProgramState:
    """A program as Supervisor sees it: RUNNING, STARTING, BACKOFF, FATAL, STOPPED, EXITED and the like."""

    name: str
    state: str
    pid: int
    """Its pid; 0 where it does not run."""
    uptime: float
    """For how many seconds it has run; 0 where it does not."""
    exit_status: int
    """How it ended last."""
    reason: str
    """Why it does not run, if Supervisor knows: `Exited too quickly (process log may have details)`."""


class ProgramStates(tuple[ProgramState, ...]):
    """The programs of one supervisord at one moment, by name too; a table where a notebook shows them."""

    __slots__ = ()

    def __getitem__(self, which):  # type: ignore[no-untyped-def]
        """Return a program by its place or by its name."""
        if not isinstance(which, str):
            return super().__getitem__(which)
        found = next((one for one in self if one.name == which), None)
        if found is None:
            raise KeyError(f"there is no program {which!r}, but {', '.join(one.name for one in self)}")
        return found

    def __repr__(self) -> str:
        rows = [("program", "state", "pid", "seconds", "why")]
        rows += [
            (one.name, one.state, str(one.pid or ""), f"{one.uptime:.0f}" if one.pid else "", one.reason)
            for one in self
        ]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        )


def states(control: Control) -> ProgramStates:
    """Ask supervisord for its programs."""
    from supervisor.xmlrpc import SupervisorTransport  # noqa: PLC0415 (slow to import)

    transport = SupervisorTransport(control.username, control.password, control.url)
    with ServerProxy("http://127.0.0.1", transport=transport) as proxy:
        return ProgramStates(_states(proxy.supervisor.getAllProcessInfo()))  # type: ignore[arg-type]


def _states(told: Iterable[dict[str, object]]) -> Iterable[ProgramState]:
    for one in told:
        began, now, pid = (int(str(one[name])) for name in ("start", "now", "pid"))
        name, group = str(one["name"]), str(one["group"])
        yield ProgramState(
            name if name == group else f"{group}:{name}",
            str(one["statename"]),
            pid,
            max(0.0, float(now - began)) if pid else 0.0,
            int(str(one["exitstatus"])),
            str(one["spawnerr"]),
        )
