"""One member of a process tree, read again and again from `/proc`."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from labapp.observe.kernel.descriptor_cache import DescriptorCache
from labapp.observe.kernel.process import STATES, Process
from labapp.observe.kernel.stat import Stat, parse_stat

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")
# A fork shows its parent's title until it sets its own; for so many seconds it is asked at every read.
_YOUNG = 1.0


@dataclass(slots=True)
class Moment:
    """When a read takes place: on the reader's clock and since boot; `window` is that of the CPU shares."""

    now: float
    boot: float
    window: float


@dataclass(slots=True)
class _Children:
    """The file that lists the children of one thread, and what it said."""

    path: str
    descriptor: int
    content: bytes = b""
    pids: tuple[int, ...] = ()


class ProcfsProcess:
    """Keeps the files of one process open; `process` is how it was at the last `refresh`.

    Raises FileNotFoundError or ProcessLookupError when there is no such process.
    """

    __slots__ = (
        "_children",
        "_content",
        "_counted",
        "_files",
        "_predecessor",
        "_restless",
        "_since",
        "_stat",
        "_stirred",
        "_threads",
        "_ticks",
        "_titled",
        "children",
        "pid",
        "process",
    )

    def __init__(self, pid: int, files: DescriptorCache, predecessor: str) -> None:
        self.pid = pid
        self.process: Process | None = None
        self.children: tuple[int, ...] = ()
        self._files = files
        self._predecessor = predecessor
        self._stat = files.open(f"{pid}/stat")
        self._children: dict[int, _Children] = {}
        self._threads = 1
        self._content = b""
        self._ticks, self._counted, self._since, self._restless = 0, 0, 0.0, True
        self._titled, self._stirred = 0.0, False

    def close(self) -> None:
        """Close its files."""
        for children in self._children.values():
            self._files.close(children.descriptor)
        self._children.clear()
        self._files.close(self._stat)

    def refresh(self, moment: Moment, parent: Process | None) -> Process | None:
        """Read it anew and return it; None when it is gone, also when its pid is another's by now."""
        content = self._files.read(self._stat, f"{self.pid}/stat")
        old = self.process
        settled = moment.boot - (old.started if old else moment.boot) > _YOUNG
        if content == self._content and old is not None and settled and not self._owes_title(moment):
            # Idle, as most are most of the time: nothing to take apart.
            if moment.now - self._since >= moment.window:
                self._rest(old, moment)
            return self.process
        if not content:
            return None
        self._stirred |= content != self._content
        self._content = content
        new = parse_stat(content)
        if old is not None and old.started != new.started:
            return None
        self._threads = new.threads
        cpu, rss = self._spent(old, moment, new)
        process = Process(
            self.pid,
            new.ppid,
            new.started,
            new.command,
            STATES.get(new.state, "unknown"),
            new.threads,
            cpu,
            rss,
            title=old.title if old is not None else "",
            # One that is about to end has given its memory back, and with it its title.
            image=new.image or (old.image if old is not None else 0),
            succeeds=old.succeeds if old is not None else 0,
            session=new.session,
        )
        if self._may_be_retitled(old, process, moment):
            process = self._with_title(old, process, moment, parent)
        self.process = process
        return self.process

    def find_children(self) -> tuple[int, ...]:
        """Return the pids of the children of all its threads now, each thread's in order of birth."""
        if self._threads <= 1 and len(self._children) <= 1:
            return self._children_of(self.pid)
        threads = self._files.names(f"{self.pid}/task") or [self.pid]
        for ended in self._children.keys() - set(threads):
            self._files.close(self._children.pop(ended).descriptor)
        return tuple(child for thread in threads for child in self._children_of(thread))

    def parent_now(self) -> int:
        """Return the pid of its parent at this moment; -1 when it is gone."""
        content = self._files.read(self._stat, f"{self.pid}/stat")
        return parse_stat(content).ppid if content else -1

    def _children_of(self, thread: int) -> tuple[int, ...]:
        kept = self._children.get(thread)
        if kept is None:
            path = f"{self.pid}/task/{thread}/children"
            try:
                kept = _Children(path, self._files.open(path))
            except (FileNotFoundError, ProcessLookupError):
                return ()
            self._children[thread] = kept
        content = self._files.read(kept.descriptor, kept.path)
        if content != kept.content:
            kept.content, kept.pids = content, tuple(map(int, content.split()))
        return kept.pids

    def _spent(self, old: Process | None, moment: Moment, new: Stat) -> tuple[float, int]:
        """Return the share of one core and the memory, both anew when the window is over."""
        self._ticks, self._restless = new.ticks, True
        if old is None:
            self._counted, self._since = new.ticks, moment.now
            return 0.0, self._memory(new.pages * _PAGE)
        if moment.now - self._since < moment.window:
            # What a process had at its birth is a part of what it needs.
            grows = moment.boot - new.started <= _YOUNG
            return old.cpu, self._memory(new.pages * _PAGE) if grows else old.rss
        return self._share(moment), self._memory(new.pages * _PAGE)

    def _rest(self, old: Process, moment: Moment) -> None:
        """Account for what it did before it came to rest; then it has nothing to tell."""
        share = self._share(moment)
        if self._restless:
            self.process = replace(old, cpu=share, rss=self._memory(old.rss))
            self._restless = share > 0

    def _share(self, moment: Moment) -> float:
        """Return the share of one core over the window that ends now."""
        share = (self._ticks - self._counted) / _TICKS / (moment.now - self._since)
        self._counted, self._since = self._ticks, moment.now
        return share

    def _memory(self, otherwise: int) -> int:
        """Return its resident memory in bytes: `stat` tells it too, but is off by megabytes on many cores."""
        content = self._files.read_once(f"{self.pid}/statm").split(None, 2)
        return int(content[1]) * _PAGE if len(content) > 1 else otherwise

    def _owes_title(self, moment: Moment) -> bool:
        """Whether it did something since its title was read: on a busy machine one is set late, at last."""
        return self._stirred and moment.now - self._titled >= _YOUNG

    def _may_be_retitled(self, old: Process | None, new: Process, moment: Moment) -> bool:
        return (
            old is None
            or old.image != new.image
            or old.command != new.command
            or moment.boot - new.started <= _YOUNG
            or moment.now - self._titled >= _YOUNG
        )

    def _with_title(
        self, old: Process | None, new: Process, moment: Moment, parent: Process | None
    ) -> Process:
        """Return `new` with its title now and, for a new program, the master that it says it succeeds."""
        self._titled, self._stirred = moment.now, False
        line = self._files.read_once(f"{self.pid}/cmdline").rstrip(b"\0")
        if not line:
            return new
        succeeds = new.succeeds
        if old is None or old.image != new.image:
            own = parent is None or parent.image != new.image
            succeeds = self._told_predecessor() if own else 0
        return replace(new, title=line.replace(b"\0", b" ").decode(errors="replace"), succeeds=succeeds)

    def _told_predecessor(self) -> int:
        """Return the pid that its environment tells of the master before it, else 0."""
        if not self._predecessor:
            return 0
        told = self._predecessor.encode() + b"="
        variables = self._files.read_once(f"{self.pid}/environ").split(b"\0")
        pid = next((one.removeprefix(told) for one in variables if one.startswith(told)), b"")
        return int(pid) if pid.isdigit() else 0
