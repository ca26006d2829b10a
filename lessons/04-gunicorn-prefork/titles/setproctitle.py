"""Stands in for the package of this name: what it is asked to call a process, it says in the log."""


def getproctitle():
    """Return the title that the process has."""
    return ""


def setproctitle(title):
    """Say which title the process was to have."""
    print(title, flush=True)
