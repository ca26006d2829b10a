"""The names that processes have been given: a role and a number each, for good."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace

from labapp.observe.kernel import Process
from labapp.observe.role import Role

Identity = tuple[int, float]
_REMEMBERED = 4096


@dataclass(slots=True)
class Name:
    """Which role, the how-manieth in it, and the program that the process ran when it was given."""

    role: str
    number: int
    image: int


class RoleNames:
    """Names by identity; numbers follow each other within a role, and none is given twice."""

    def __init__(self) -> None:
        self._names: dict[Identity, Name] = {}
        self._last: dict[str, int] = {}
        self._done: dict[Identity, tuple[Process, Process]] = {}

    def __contains__(self, process: Process) -> bool:
        return process.identity in self._names

    def __bool__(self) -> bool:
        return bool(self._names)

    def of(self, process: Process) -> Name | None:
        """Return the name of a process, None if it has none yet."""
        return self._names.get(process.identity)

    def last(self, role: str) -> int:
        """Return the number that was given last in a role, 0 if none was."""
        return self._last.get(role, 0)

    def knows_any(self, identities: Set[Identity]) -> bool:
        """Tell whether one of these has a name."""
        return not self._names.keys().isdisjoint(identities)

    def give(self, process: Process, role: str) -> None:
        """Name a process, anew if its role is another than before."""
        known = self._names.get(process.identity)
        if known is None:
            self._names[process.identity] = Name(role, self._next(role), process.image)
            return
        if role != known.role:
            if self._last.get(known.role) == known.number:
                # Taken for a worker in the instant between fork and exec: nobody is to miss that number.
                self._last[known.role] -= 1
            self.change(known, role)
        known.image = process.image

    def change(self, name: Name, role: str) -> None:
        """Let a name be the next in another role."""
        name.role, name.number = role, self._next(role)

    def start_anew(self, *kept: tuple[Process, Name]) -> None:
        """Forget all names but these, and all numbers."""
        self._last.clear()
        self._names = {process.identity: name for process, name in kept}

    def written(self, process: Process, role: Role) -> Process:
        """Return the process with its names; the same object again while the reader repeats itself."""
        number = self._names[process.identity].number
        label = role.letters + (str(number) if number > 1 or role.numbered else "")
        before, named = self._done.get(process.identity, (None, None))
        if named is None or before is not process or named.label != label:
            named = replace(process, role=role.name, label=label)
            self._done[process.identity] = process, named
        return named

    def forget_all_but(self, living: Set[Identity]) -> None:
        """Keep the memory flat over days of workers coming and going."""
        for identity in self._done.keys() - living:
            del self._done[identity]
        if len(self._names) > _REMEMBERED:
            gone = [identity for identity in self._names if identity not in living]
            for identity in gone[: _REMEMBERED // 2]:
                del self._names[identity]

    def _next(self, role: str) -> int:
        self._last[role] = self._last.get(role, 0) + 1
        return self._last[role]
