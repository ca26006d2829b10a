"""Preflight of the machine: loopback, ports, files, processes, the servers' directory, what kernels left."""

from __future__ import annotations

import contextlib
import os
import resource
import shlex
import socket
import sys
import tempfile
import time
from pathlib import Path

import psutil

from labapp.course.doctor.finding import Finding
from labapp.observe.kernel import lists_children, open_announcer
from labapp.servers.guard import find_leftovers, runtime_root, short_temporary

_PORTS = 32
_OPEN_FILES = 1200
_MANY = 5  # Zombies that are no coincidence.
_CLEARING = 3.0  # Seconds that the guards of a kernel which has just ended may still need.


def loopback() -> Finding:
    """Listen on 127.0.0.1 and be heard there."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(5)
            with socket.create_connection(server.getsockname(), timeout=5) as client:
                accepted, _ = server.accept()
                with accepted:
                    accepted.sendall(b"pong")
                    heard = client.recv(4)
    except OSError as error:
        up = "sudo ifconfig lo0 up" if sys.platform == "darwin" else "sudo ip link set lo up"
        return Finding.amiss("loopback", f"127.0.0.1 cannot be used ({error})", up)
    return Finding.fine("loopback", f"127.0.0.1 answers ({heard.decode()})")


def ipv6() -> Finding:
    """Listen on ::1; lessons that show it say so when it is missing."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return Finding.fine("IPv6", "::1 can be bound")
    except OSError as error:
        return Finding.note(
            "IPv6", f"::1 cannot be bound ({error.strerror or error}); no lesson depends on it"
        )


def ports() -> Finding:
    """Take as many free ports at once as a lesson could want."""
    with contextlib.ExitStack() as held:
        for count in range(_PORTS):
            try:
                held.enter_context(socket.create_server(("127.0.0.1", 0)))
            except OSError as error:
                see = "lsof -nP -iTCP -sTCP:LISTEN"
                return Finding.amiss("ports", f"only {count} of {_PORTS} could be taken ({error})", see)
    return Finding.fine("ports", f"{_PORTS} free ones taken at once")


def open_files() -> Finding:
    """See how far a process may raise its own limit of open files, as lesson 07 does."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < _OPEN_FILES:
        return Finding.amiss(
            "open files",
            f"a process may have {most} at most, and lesson 07 needs {_OPEN_FILES}",
            f"sudo prlimit --pid $$ --nofile=:{2 * _OPEN_FILES}",
        )
    return Finding.fine("open files", "any number" if most == resource.RLIM_INFINITY else f"{most} at most")


def processes() -> Finding:
    """See how the process tree can be read, and whether somebody fetches the remains of orphans."""
    if (left := _zombies(1)) >= _MANY:
        return Finding.note(
            "processes",
            f"process 1 fetches no orphans that have ended: {left} zombies, and a killed kernel adds to them",
            "docker run --init …",
        )
    if lists_children():
        return Finding.fine("processes", "/proc lists the children of each")
    if sys.platform == "linux" and not Path("/proc/self/stat").exists():
        return Finding.amiss("processes", "/proc is not mounted", "sudo mount -t proc proc /proc")
    return Finding.note("processes", "read through psutil, which costs more than /proc")


def _zombies(keeper: int) -> int:
    """Return how many processes have ended and wait for their parent to fetch how."""
    return sum(
        process.info["ppid"] == keeper and process.info["status"] == psutil.STATUS_ZOMBIE
        for process in psutil.process_iter(["ppid", "status"])
    )


def announcements() -> Finding:
    """See whether the system announces births and deaths of processes."""
    events = open_announcer()
    events.close()
    if events.announces_forks:
        return Finding.fine("announcements", "the kernel tells of forks and exits")
    return Finding.note(
        "announcements", "the kernel tells of exits only; forks are looked for many times a second"
    )


def directory() -> Finding:
    """Use the directory for servers as a server does: a directory in it, a unix socket in that."""
    # A temporary directory with a long path would not do either.
    mend = f"export LABAPP_RUNTIME_DIR=$(mktemp -d {shlex.quote(short_temporary())}/labapp-XXXX)"
    try:
        root = runtime_root()
        # Its path is as long as that of any server's socket may get.
        with tempfile.TemporaryDirectory(prefix="preflight-00000", dir=root) as made:
            path = str(Path(made) / "gunicorn.ctl")
            with socket.socket(socket.AF_UNIX) as server:
                server.bind(path)
                server.listen()
    except (OSError, ValueError) as error:
        return Finding.amiss("runtime directory", str(error), mend)
    return Finding.fine("runtime directory", f"{root}, sockets of {len(os.fsencode(path))} bytes")


def leftovers() -> Finding:
    """Look for what kernels that have ended left behind, once their guards had time to clear it."""
    deadline = time.monotonic() + _CLEARING
    try:
        while (left := find_leftovers()) and time.monotonic() < deadline:
            time.sleep(0.1)
    except (OSError, ValueError) as error:
        return Finding.note("leftovers", f"could not be looked for ({error})")
    if not left:
        return Finding.fine("leftovers", "none")
    names = ", ".join(one.command or one.directory.name for one in left)
    return Finding.amiss(
        "leftovers",
        f"of kernels that have ended: {names}",
        shlex.join([sys.executable, "-m", "labapp", "reset"]),
    )
