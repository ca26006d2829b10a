"""An application that tells, in the log, which process imports it."""

import os

from labapp.web.callables import hello

print(f"imported by {os.getpid()}", flush=True)
app = hello
