"""A shell's job control in small: on a terminal of its own, jobs in the background read and write."""

import os
import pty
import signal
import sys
import termios
from contextlib import suppress


def fate(act):
    """Run an act as a job in the background, and tell which signal stopped it."""
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)  # A process group of its own: the terminal's foreground is another.
        act()
        os._exit(0)
    _, status = os.waitpid(pid, os.WUNTRACED)
    if not os.WIFSTOPPED(status):
        return "nothing stopped it"
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return f"stopped by {signal.Signals(os.WSTOPSIG(status)).name}"


def tostop():
    """Do what the shell's `stty tostop` does: let nobody write from the background."""
    settings = termios.tcgetattr(0)
    settings[3] |= termios.TOSTOP
    termios.tcsetattr(0, termios.TCSANOW, settings)


def shell():
    """Try three jobs, as the process to whom the terminal belongs."""
    print("it reads:", fate(lambda: os.read(0, 1)), flush=True)
    print("it writes:", fate(lambda: os.write(1, b"(this line) ")), flush=True)
    tostop()
    print("it writes after stty tostop:", fate(lambda: os.write(1, b"(never seen) ")), flush=True)


if __name__ == "__main__":
    pid, terminal = pty.fork()
    if pid == 0:
        shell()
        os._exit(0)
    with suppress(OSError):  # Linux says so when nobody holds the other end any more.
        while written := os.read(terminal, 4096):
            sys.stdout.write(written.decode().replace("\r\n", "\n"))
    os.waitpid(pid, 0)
