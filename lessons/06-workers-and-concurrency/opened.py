"""An application that prepares three things while it is imported: chance, a file and a thread."""

import functools
import json
import os
import random
import tempfile
import threading

chance = random.Random()
journal = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the process lives)
cleaner = threading.Thread(target=threading.Event().wait, daemon=True)
cleaner.start()


@functools.cache
def ticket():
    """Draw this process's first number."""
    return chance.randrange(10**9)


def app(_environ, start_response):
    """Tell who answers, its first number, which file its journal is, and whether its thread runs."""
    told = {
        "pid": os.getpid(),
        "ticket": ticket(),
        "journal": os.fstat(journal.fileno()).st_ino,
        "cleaner": cleaner.is_alive(),
    }
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(told).encode()]
