"""Fork processes that end at once, for so many seconds."""

import os
import sys
import time

until = time.monotonic() + float(sys.argv[1])
while time.monotonic() < until:
    children = [os.fork() for _ in range(3)]
    if 0 in children:
        os._exit(0)
    for child in children:
        os.waitpid(child, 0)
print("calm", file=sys.stderr, flush=True)
sys.stdin.read() if not sys.stdin.closed else None
while True:
    time.sleep(60)
