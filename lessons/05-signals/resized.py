"""Runs a command in the foreground of a terminal of its own; USR1 makes the window one line lower."""

import os
import pty
import signal
import sys
import termios
from contextlib import suppress

pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])


def resize(*_):
    """Change the size of the window, as a mouse that drags its corner."""
    lines, columns = termios.tcgetwinsize(terminal)
    termios.tcsetwinsize(terminal, (lines - 1, columns))


termios.tcsetwinsize(terminal, (50, 100))
signal.signal(signal.SIGUSR1, resize)
signal.signal(signal.SIGTERM, lambda *_: os.kill(pid, signal.SIGTERM))  # Who ends this means the command.
with suppress(OSError):  # Linux says so when nobody holds the other end any more.
    while written := os.read(terminal, 4096):
        os.write(1, written.replace(b"\r\n", b"\n"))
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status))
