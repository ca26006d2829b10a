"""Who is who in the process tree of one server, and by which label it goes for good."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from labapp.observe.family import Family, arguments, spawned
from labapp.observe.kernel import Process
from labapp.observe.role import HELPER, MASTER, RELOADER, SERVER, SUPERVISOR, WORKER
from labapp.observe.role_names import Name, RoleNames
from labapp.observe.shape import Shape
from labapp.observe.tree import Tree

# A child shorter-lived than this may be a program about to be started (fork, then exec), not a worker.
_SETTLED = 0.1
# Who is to set a title does so soon, but on a machine with much to do later: so long it is waited for.
_TITLED = 2.0
# A daemon's forks leave each other as soon as they are born; a worker younger than this may be one of them.
_LEAVING = 0.5


class Roles:
    """Names the processes of one server; numbers follow the order of birth and are never given twice.

    `shape` says what its tree looks like; `started` is the pid of the first process, which leads a session of
    its own, 0 while nobody knows it. May be used from several threads: all see the same names.
    """

    def __init__(self, shape: Shape, started: Callable[[], int] = lambda: 0) -> None:
        self._shape = shape
        self._roles = {role.name: role for role in shape.roles}
        self._names = RoleNames()
        self._started = started
        self._session = 0
        self._lock = threading.Lock()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all roles that a process of this server may play."""
        return tuple(self._roles)

    def name(self, raw: Sequence[Process]) -> Tree:
        """Return the snapshot `raw` of a reader with a role and a label for each process."""
        with self._lock:
            family = Family(raw)
            if self._shape.spawns or self._shape.supervised or self._shape.entitles:
                raw = self._without_embryos(raw, family)
                family = Family(raw)
            if raw and (not self._names.knows_any(family.identities) or self._departs(family)):
                # Those named before are gone, or about to go: they were only on the way to a daemon.
                if self._names and raw[0].session != raw[0].pid:
                    self._session = raw[0].session  # Who leads one has yet to fork the daemon.
                self._names.start_anew()
            # Parents come before their children, and siblings forked in the same hundredth of a second keep
            # the order in which the reader found them: that of their birth.
            for process in sorted(raw, key=lambda process: process.started):
                self._settle(process, family)
            self._names.forget_all_but(family.identities)
            return Tree([self._written(process) for process in raw])

    def _without_embryos(self, raw: Sequence[Process], family: Family) -> Sequence[Process]:
        """Leave out a child that is not yet what it will be, and those born after it, to keep the order."""
        births = [process.started for process in raw if self._is_embryo(process, family)]
        if not births:
            return raw
        first = min(births)
        return [process for process in raw if process in self._names or process.started < first]

    def _is_embryo(self, process: Process, family: Family) -> bool:
        parent = family.parent(process)
        if parent is None or process in self._names or not family.alike(process, parent):
            return False
        if self._shape.entitles:
            return process.alive and process.title == parent.title and process.age < _TITLED
        if process.age >= _SETTLED:
            return False
        above = self._names.of(parent)
        return self._shape.spawns or (above is not None and above.role == SUPERVISOR.name)

    def _departs(self, family: Family) -> bool:
        """Tell whether what was named as somebody's child has left its parent and their session: a daemon."""
        if len(family.roots) > 1:
            return False
        (root,) = family.roots
        known = self._names.of(root)
        return (
            known is not None
            and known.role in (WORKER.name, HELPER.name)
            and root.session not in (0, self._session or self._started())
            and root.age < _LEAVING
        )

    def _settle(self, process: Process, family: Family) -> None:
        """Decide the role of one process."""
        self._names.give(process, self._role(process, self._names.of(process), family))

    def _role(self, process: Process, known: Name | None, family: Family) -> str:
        parent = family.parent(process)
        if parent is None:
            if self._is_supervisor(known):
                return SUPERVISOR.name
            return self._role_of_root(process, known, family)
        own = not family.alike(process, parent)
        titled = self._shape.stated_by(process) if own or process.title != parent.title else ""
        if not titled and self._shape.hosted and own and self._has_forked(process, family):
            titled = MASTER.name
        if titled:
            return titled
        if process.succeeds == parent.pid:
            return "master"
        if known is not None and (
            (known.image == process.image and known.role != "helper") or not _tell(process, parent)
        ):
            return known.role
        above = self._names.of(parent)
        assert above is not None  # Parents were named before their children.
        return self._role_below(above, process, parent, own)

    def _is_supervisor(self, known: Name | None) -> bool:
        """Tell whether a root is the one from which all others come: the first that was ever seen."""
        first = self._shape.supervised and known is None and not self._names.last(SUPERVISOR.name)
        return first or (known is not None and known.role == SUPERVISOR.name)

    def _role_below(self, above: Name, process: Process, parent: Process, own: bool) -> str:
        """Decide for a child that states nothing about itself, by its parent and by whose program it runs."""
        if above.role == SUPERVISOR.name:
            return (MASTER.name if self._shape.prefork else SERVER.name) if own else HELPER.name
        if above.role == RELOADER.name:
            # It may be by another path, with blanks in it, that a program starts itself again.
            again = process.title.endswith(arguments(parent)) or spawned(process)
            return SERVER.name if again or not own else HELPER.name
        if not own and (beyond := self._next_beyond()):
            return beyond
        if above.role == "master":
            return _role_of_program(process, parent) if own else "worker"
        if above.role == "server" and _begets_workers(process, own):
            self._names.change(above, "master")
            return "worker"
        return "helper"

    def _role_of_root(self, process: Process, known: Name | None, family: Family) -> str:
        """Decide for one that the guard started, or adopted when its parent ended."""
        titled = self._shape.stated_by(process)
        forked = self._has_forked(process, family)
        if known is None:
            if titled:
                return titled
            twins = [root for root in family.roots if family.alike(root, process)]
            if len(twins) > 1 and not forked:
                # Several alike and no parent among them: their master was killed before anyone looked.
                return self._next_beyond() or WORKER.name
            if self._shape.reloads:
                return RELOADER.name
            alone = HELPER.name if self._shape.hosted else SERVER.name
            return MASTER.name if self._shape.prefork or forked else alone
        if titled == "master" or (forked and known.role in ("worker", "helper")):
            if known.role != "master" and self._alone(process, family):
                self._names.start_anew((process, known))
            return "master"
        return titled or ("master" if forked and known.role == "server" else known.role)

    def _has_forked(self, process: Process, family: Family) -> bool:
        """Tell whether it has a child that is no other program, and will be none."""
        return any(
            family.alike(child, process) and child.age > _SETTLED and not self._is_beyond(child)
            for child in family.children(process)
        )

    def _is_beyond(self, process: Process) -> bool:
        """Tell whether this child is no worker: one that comes after none may have no name yet."""
        if self._shape.beyond is None:
            return False
        known = self._names.of(process)
        return known.role == self._shape.beyond[1].name if known else self._shape.beyond[0] == 0

    def _next_beyond(self) -> str:
        """Return the role of a child that is forked after those that come first, if it is next."""
        if self._shape.beyond is None:
            return ""
        first, role = self._shape.beyond
        return role.name if self._names.last(WORKER.name) == first and not self._names.last(role.name) else ""

    def _written(self, process: Process) -> Process:
        name = self._names.of(process)
        assert name is not None
        return self._names.written(process, self._roles[name.role])

    def _alone(self, process: Process, family: Family) -> bool:
        """Tell whether all others still living descend from `process`."""
        return family.roots == [process]


def _tell(*processes: Process) -> bool:
    """Tell whether each still says what it runs: one that is about to end has given that back."""
    return all(process.image or process.title for process in processes)


def _role_of_program(process: Process, parent: Process) -> str:
    """Decide for a child of a master that runs a program of its own."""
    if process.title == parent.title:
        return "master"
    return "worker" if spawned(process) else "helper"


def _begets_workers(process: Process, own: bool) -> bool:
    """Tell whether this child shows that its parent is a master after all."""
    return spawned(process) if own else process.age > _SETTLED
