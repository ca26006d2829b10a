"""Has five signals of a kind wait, then takes them from the kernel, and says how many there were."""

import os
import signal
import sys

number = signal.Signals[f"SIG{sys.argv[1]}"]
signal.pthread_sigmask(signal.SIG_BLOCK, {number})
for _ in range(5):
    os.kill(os.getpid(), number)

taken = 0
while number in signal.sigpending():
    signal.sigwait({number})
    taken += 1
print(taken)
