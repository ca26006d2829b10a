"""What a server writes, and into which files."""

import re
from pathlib import Path

import psutil


def told(server, since, pattern):
    """Return what fits a pattern, in a server's log from one line on."""
    found = (re.search(pattern, line) for line in server.log.lines[since:])
    return [match[0] for match in found if match]


def count(path, word):
    """Return how many lines of a file hold this word; none if there is no file."""
    return path.read_text().count(word) if path.exists() else 0


def open_logs(server):
    """Return by which name the system knows the access log that each process holds open."""
    found = {}
    for process in server.tree():
        names = [Path(held.path).name for held in psutil.Process(process.pid).open_files()]
        found[process.name] = [name for name in names if name.startswith("access")]
    return found
