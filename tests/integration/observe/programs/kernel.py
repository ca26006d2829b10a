"""Follow a server as a notebook's kernel would, tell the sampler's pid, and wait."""

import os
import sys
import time

from labapp.observe.feed import Feed, TreeChanged

root, log, child = int(sys.argv[1]), sys.argv[2], "child" in sys.argv
feed = Feed(root, log)
seen = []
feed.subscribe(seen.append)
while not any(isinstance(message, TreeChanged) for message in seen):
    time.sleep(0.01)
pids = [feed.pid]
if child:
    pids.append(os.fork())
    if not pids[1]:
        # It inherits the sampler's pipe, and outlives its parent.
        sys.stdin.read()
        os._exit(0)
os.write(1, f"{pids}\n".encode())
sys.stdin.read()
