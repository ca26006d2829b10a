"""Run a command as a guard would: adopt its orphans, and end them all when stdin ends."""

import ctypes
import os
import signal
import subprocess
import sys
import threading

from labapp.observe.kernel.reader import open_reader

if sys.platform == "linux":
    ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER


def reap() -> None:
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            signal.sigtimedwait([signal.SIGCHLD], 0.01) if sys.platform == "linux" else ended.wait(0.01)
            if ended.is_set():
                return


def end() -> None:
    sys.stdin.read()
    ended.set()
    with open_reader(os.getpid()) as reader:
        while living := [process for process in reader.read() if process.alive]:
            for process in living:
                try:
                    os.kill(process.pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue


ended = threading.Event()
threading.Thread(target=end).start()
subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
reap()
