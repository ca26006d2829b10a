"""Programs that listen for signals (`heard.py`) or fetch them (`taken.py`), seen from their parent."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil


def listener(*names):
    """Start heard.py, which names a function for each of these signals, and return when it has."""
    program = [sys.executable, Path(__file__).with_name("heard.py"), *names]
    ear = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    ear.stdout.readline()
    return ear


def until_stopped(ear):
    """Return when a program stands still: the kernel tells its parent so."""
    os.waitpid(ear.pid, os.WUNTRACED)


def until_waiting(ear):
    """Return when a program that went on has handled what there was, and waits again."""
    while psutil.Process(ear.pid).status() != psutil.STATUS_SLEEPING:
        time.sleep(0.01)


def heard_before(ear, last):
    """Return what a program says it has heard, up to the line about one signal."""
    lines = []
    while (line := ear.stdout.readline().strip()) != f"heard SIG{last}":
        lines.append(line)
    return lines


def taken_of_five(name):
    """Return how many signals the kernel has for a program that was sent five of this name."""
    if f"SIG{name}" not in signal.Signals.__members__:  # macOS has no real-time signals.
        return None
    program = [sys.executable, Path(__file__).with_name("taken.py"), name]
    return int(subprocess.run(program, capture_output=True, text=True, check=True).stdout)
