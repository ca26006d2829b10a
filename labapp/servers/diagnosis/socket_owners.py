"""Who listens at an address already."""

import os
import socket
from collections.abc import Iterable
from pathlib import Path

from labapp.observe.kernel import command_line
from labapp.observe.kernel.sockets import listening
from labapp.servers.guard import all_records, runtime_root, scan_processes


def socket_owner(address: str, unknown: str = "another process") -> str:
    """Say who listens at a TCP address, as far as this user may know: a server of the lab, or a process."""
    for record in all_records():
        if record.address == address:
            elsewhere = record.notebook.rpartition("/")[2] or f"process {record.owner}"
            place = "here" if record.owner == os.getpid() else f"by {elsewhere}"
            return f"`{record.command}`, launched {place},"
    held = listening([seen.pid for seen in scan_processes(runtime_root())])
    pids = [pid for pid, addresses in held.items() if address in addresses]
    return f"`{command_line(min(pids))}` (process {min(pids)})" if pids else unknown


def path_owner(path: Path) -> str:
    """Say who listens at a unix socket; nothing where nobody does."""
    if not path.is_socket():
        return ""
    with socket.socket(socket.AF_UNIX) as visitor:
        visitor.setblocking(False)
        try:
            visitor.connect(str(path))
        except BlockingIOError:
            pass  # Too many wait there: somebody listens all the same.
        except OSError:
            return ""
    return socket_owner(f"unix:{path}")


def taken_over(names: Iterable[str], start: Path) -> str:
    """Say from whom a unix socket is taken, for many servers remove what they find at its path."""
    owners = ((name, path_owner(start / name)) for name in names)
    said = "it has taken unix:{} from {} which runs on, and is asked no more"
    return next((said.format(name, who) for name, who in owners if who), "")
