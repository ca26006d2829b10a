"""The process that guards a server, its runtime directory, and what is left of servers whose owner died."""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.servers.guard.client import GuardClient
    from labapp.servers.guard.process_scan import scan_processes
    from labapp.servers.guard.records import (
        MARKER,
        Record,
        all_records,
        create_record,
        discard_record,
        runtime_root,
        short_temporary,
        write_record,
    )
    from labapp.servers.guard.runtime import clear_leftovers, end_servers, find_leftovers, live_records
    from labapp.servers.guard.spare import dismiss_spares, prepare_spare

__all__ = [
    "MARKER",
    "GuardClient",
    "Record",
    "all_records",
    "clear_leftovers",
    "create_record",
    "discard_record",
    "dismiss_spares",
    "end_servers",
    "find_leftovers",
    "live_records",
    "prepare_spare",
    "runtime_root",
    "scan_processes",
    "short_temporary",
    "write_record",
]

__getattr__ = door(
    __name__,
    client="GuardClient",
    process_scan="scan_processes",
    records="MARKER Record all_records create_record discard_record runtime_root short_temporary"
    " write_record",
    runtime="clear_leftovers end_servers find_leftovers live_records",
    spare="dismiss_spares prepare_spare",
)
