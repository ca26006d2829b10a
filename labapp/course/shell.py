"""What `lab.servers()` and `lab.reset()` do in a notebook, from a shell: for all notebooks of this user."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from labapp.observe.kernel import clock
from labapp.servers.guard import Record, clear_leftovers, end_servers, find_leftovers, live_records


def servers(arguments: Sequence[str] | None = None) -> int:
    """Print the servers whose notebook, or other owner, still runs; return 0."""
    parser = argparse.ArgumentParser(
        prog="python -m labapp servers",
        description="List the servers that notebooks and other programs of this user started and still own.",
    )
    parser.parse_args(arguments)
    live = live_records()
    if not live:
        print("No server of the lab is running.")
        return 0
    rows = [("PID", "AGE", "OWNER", "ADDRESS", "COMMAND")]
    rows += [(str(one.server or "-"), _age(one), _owner(one), _address(one), one.command) for one in live]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
    return 0


def reset(arguments: Sequence[str] | None = None) -> int:
    """End what dead notebooks left, with `--all` what live ones run too; return 1 if any of it is left."""
    parser = argparse.ArgumentParser(
        prog="python -m labapp reset",
        description="End and remove what ended notebooks left behind; leave alone what live ones run.",
    )
    parser.add_argument("--all", action="store_true", help="stop the servers of live notebooks too")
    options = parser.parse_args(arguments)
    cleared = clear_leftovers()
    for one in cleared:
        print(f"cleared: {_named(one)}, left by {_owner(one)}, which has ended")
    live = live_records()
    if options.all:
        end_servers(live)
    for one in live:
        print(f"{'stopped' if options.all else 'left alone'}: {_named(one)}, of {_owner(one)}")
    if not cleared and not live:
        print("Nothing was left, and no server of the lab is running.")
    elif live and not options.all:
        print("`python -m labapp reset --all` stops these too.")
    remaining = find_leftovers() + (live_records() if options.all else [])
    for one in remaining:
        print(f"STILL THERE: {_named(one)}, in {one.directory}")
    return 1 if remaining else 0


def _named(record: Record) -> str:
    return record.command or f"a server in {record.directory.name}"


def _owner(record: Record) -> str:
    who = record.notebook.rpartition("/")[2] or "process"
    return f"{who} (pid {record.owner})"


def _address(record: Record) -> str:
    return (
        f"http://{record.address}"
        if record.address[:1].isdigit() or record.address[:1] == "["
        else record.address
    )


def _age(record: Record) -> str:
    """Return how long the server has run: `12 s`, `4 min`, `3 h`."""
    if not record.server_started:
        return "-"
    seconds = int(clock() - record.server_started)
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
