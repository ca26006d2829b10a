"""What the operating system says: processes, and announcements of what becomes of them."""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.observe.kernel.announcements import Announced, Announcer
    from labapp.observe.kernel.announcers import open_announcer
    from labapp.observe.kernel.identity import command_line, is_alive, started_at
    from labapp.observe.kernel.package_manager import how_to_install, how_to_pip_install
    from labapp.observe.kernel.process import Process, clock
    from labapp.observe.kernel.procfs import ProcfsReader, lists_children
    from labapp.observe.kernel.reader import Reader, open_reader
    from labapp.observe.kernel.stat import Stat, read_stat
    from labapp.observe.kernel.system_calls import Trace, TraceError, strace_available, trace

__all__ = [
    "Announced",
    "Announcer",
    "Process",
    "ProcfsReader",
    "Reader",
    "Stat",
    "Trace",
    "TraceError",
    "clock",
    "command_line",
    "how_to_install",
    "how_to_pip_install",
    "is_alive",
    "lists_children",
    "open_announcer",
    "open_reader",
    "read_stat",
    "started_at",
    "strace_available",
    "trace",
]

__getattr__ = door(
    __name__,
    announcements="Announced Announcer",
    announcers="open_announcer",
    identity="command_line is_alive started_at",
    package_manager="how_to_install how_to_pip_install",
    process="Process clock",
    procfs="ProcfsReader lists_children",
    reader="Reader open_reader",
    stat="Stat read_stat",
    system_calls="Trace TraceError strace_available trace",
)
