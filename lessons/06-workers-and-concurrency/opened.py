"""An application that prepares two things while it is imported: chance, and a thread that cleans up."""

import functools
import json
import os
import random
import threading

chance = random.Random()
cleaner = threading.Thread(target=threading.Event().wait, daemon=True)
cleaner.start()


@functools.cache
def numbers():
    """Draw this process's first number from each of two generators: its own, and that of the module."""
    return {"chance": chance.randrange(10**9), "random": random.randrange(10**9)}


def app(_environ, start_response):
    """Tell who answers, its first numbers, and whether its thread runs."""
    told = {"pid": os.getpid(), "cleaner": cleaner.is_alive(), **numbers()}
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(told).encode()]
