"""The file by which each Gunicorn worker shows its master that it lives, watched from outside (Linux)."""

import sys
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread


def heart(worker):
    """Return the file that a worker shares with its master, None where the system does not show it."""
    with suppress(OSError):  # the worker has ended
        for held in Path(f"/proc/{worker.pid}/fd").iterdir():
            with suppress(OSError):  # closed meanwhile
                if held.readlink().name.startswith("wgunicorn-"):
                    return held
    return None


class Beats:
    """Notes, inside a `with` block, whenever the first worker of a server sets the time of its file."""

    def __init__(self, servers):
        self.servers = servers
        self.seen = {name: set() for name in servers} if sys.platform == "linux" else {}
        self._hearts = {name: heart(servers[name].workers[0]) for name in self.seen}
        self._over = Event()
        self._watcher = Thread(target=self._watch, daemon=True)

    def _watch(self):
        while not self._over.wait(0.1):
            for name, file in self._hearts.items():
                with suppress(OSError, AttributeError):  # its worker has ended
                    self.seen[name].add(file.stat().st_mtime)

    def during_last_request(self, name):
        """Tell whether the heart of a server's worker beat after its last request had begun."""
        if name not in self.seen:
            return "not shown on this system"
        begun = self.servers[name].timeline.requests()[-1].begin
        return "beats" if any(beat > begun for beat in self.seen[name]) else "is silent"

    def __enter__(self):
        self._watcher.start()
        return self

    def __exit__(self, *exception):
        self._over.set()
        self._watcher.join()
