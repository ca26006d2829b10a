"""Who listens at an address already."""

import os

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
