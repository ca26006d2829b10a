"""Waits for a line that never comes, and says which signals it hears meanwhile."""

import os
import signal
import sys


def heard(number, _):
    """Say which signal came, past the buffers: it may have come while they were being written."""
    os.write(1, f"heard {signal.Signals(number).name}\n".encode())


for name in sys.argv[1:]:
    signal.signal(signal.Signals[f"SIG{name}"], heard)
os.write(1, b"listening\n")
sys.stdin.readline()
