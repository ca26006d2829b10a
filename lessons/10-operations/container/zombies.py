"""Start five programs that nobody waits for, as a careless one does, and count who is dead and not buried.

Who has lost his parent belongs to PID 1: that is who has to wait for him.
"""

import os
import time
from pathlib import Path

for _ in range(5):
    careless = os.fork()
    if careless == 0:
        os.fork()  # Both end at once, and only one of them is waited for.
        os._exit(0)
    os.waitpid(careless, 0)


def zombies() -> int:
    """Return how many processes have ended, and are still listed."""
    stats = [stat.read_text() for stat in Path("/proc").glob("[1-9]*/stat")]
    return sum(stat.rpartition(")")[2].split()[0] == "Z" for stat in stats)


soon = time.monotonic() + 1
while zombies() and time.monotonic() < soon:
    time.sleep(0.02)
print(f"PID 1 is {Path('/proc/1/comm').read_text().strip()}; zombies: {zombies()}")
