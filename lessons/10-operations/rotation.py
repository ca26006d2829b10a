"""Two ways to rotate a log, as logrotate does them; by hand, so that each step can be seen."""

import os

CHUNK = 64 * 1024


def rename(log, master):
    """Give the log another name, and have the server open a new file."""
    old = log.rename(log.with_suffix(".log.1"))
    master.signal("USR1")
    return old


def copytruncate(log, in_between=lambda: None):
    """Copy the log, see the copy safely on the disk, then cut the log to nothing."""
    old = log.with_suffix(".log.1")
    with log.open("rb") as source, old.open("wb") as copy:
        while chunk := source.read(CHUNK):
            copy.write(chunk)
        in_between()
        copy.flush()
        os.fsync(copy.fileno())
    os.truncate(log, 0)
    return old


def lines(*logs, word="/whoami"):
    """Return how many lines with this word there are in all of these files."""
    found = 0
    for log in logs:
        with log.open("rb") as file:
            found += sum(word.encode() in line for line in file)
    return found
