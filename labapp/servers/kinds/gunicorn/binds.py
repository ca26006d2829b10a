"""What is wrong with an address that Gunicorn is told to bind."""

import errno
import os
import re
import socket
import sys
from pathlib import Path

from labapp.servers.diagnosis import Diagnosis
from labapp.servers.kinds.complaints import no_directory

HIGHEST_PORT = 65535
LOWEST_PORT = 1024  # For who is not root.
LONGEST_PATH = 107 if sys.platform == "linux" else 103  # Bytes that the system has room for.


def misread(bind: str) -> Diagnosis | None:
    """Return what is wrong with an address, and its right form; None if it can be one."""
    if url := re.match(r"https?://([^/]*)", bind):
        return Diagnosis(f"{bind!r} is a URL, and --bind takes an address.", f"write --bind {url[1]}")
    if "$" in bind:
        return Diagnosis(
            f"{bind!r} is no address: there is no shell that puts a value in place of the $.",
            'write the number itself, or have Python fill it in: f"gunicorn … --bind 127.0.0.1:{port}".',
        )
    if "{" in bind:
        return Diagnosis(
            f"{bind!r} is no address: Python fills in its braces only where an f stands before the string.",
            'write the f: lab.launch(f"gunicorn … --bind 127.0.0.1:{port}").',
        )
    if "," in bind:
        return Diagnosis(f"{bind!r} is no address, but several.", f"write {_each(bind)}")
    if host_and_port := re.fullmatch(r"([\w.-]+):(\w+)", bind):
        return _misread(bind, *host_and_port.groups())
    return None


def unusable(bind: str, cwd: Path) -> Diagnosis | None:
    """Return why nothing can be bound at an address, seen from a directory; None if that may be.

    A port that is taken may be free when Gunicorn tries it again: that is left to Gunicorn.
    """
    if (place := _path(bind, cwd)) is None:
        return _refused(bind)
    written = bind.removeprefix("unix:")
    if (length := len(os.fsencode(written))) > LONGEST_PATH:
        return Diagnosis(
            f"The path of the unix socket has {length} bytes, and the system has room for {LONGEST_PATH}.",
            f"bind a shorter one, or one that begins where the server starts: --bind unix:{place.name[:20]}",
        )
    if not place.parent.is_dir():
        return no_directory(place, written)
    if place.exists() and not place.is_socket():
        return Diagnosis(
            f"At {written!r} there is something that is no unix socket.",
            "bind another path, or move it away.",
        )
    if not os.access(place.parent, os.W_OK):
        return Diagnosis(
            f"You may not write in {str(place.parent)!r}, where the unix socket is to be.",
            "bind another path.",
        )
    return None


def _refused(bind: str) -> Diagnosis | None:
    """Return why the system lets nobody listen at a TCP address, whoever else does."""
    found = re.fullmatch(r"(?:tcp://)?\[?(127(?:\.\d+){3}|::1)\]?:(\d+)", bind)
    if not found or int(found[2]) > HIGHEST_PORT:
        return None
    host, port = found[1], int(found[2])
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            return Diagnosis(
                f"Only root may listen at {bind}, below port {LOWEST_PORT}.",
                f"choose a port from {LOWEST_PORT} on, or leave out --bind.",
            )
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                return Diagnosis(f"{bind} is no address of this machine.", "leave out --bind.")
    return None


def _each(bind: str) -> str:
    return " ".join(f"--bind {one.strip()}" for one in bind.split(","))


def _path(bind: str, cwd: Path) -> Path | None:
    """Return the whole path of a unix socket; None for any other address."""
    written = bind.removeprefix("unix:")
    return None if written == bind or written.startswith(("@", "\0")) else cwd / written


def _misread(bind: str, host: str, port: str) -> Diagnosis | None:
    if port.isdigit() and int(port) > HIGHEST_PORT:
        return Diagnosis(
            f"{bind!r} is no address: ports go up to {HIGHEST_PORT}.", "choose another, or leave out --bind."
        )
    if not port.isdigit() and (host == "localhost" or re.fullmatch(r"[\d.]+", host)):
        return Diagnosis(f"{bind!r} is no address: {port!r} is no port.", f"write a number: {host}:8000")
    if not port.isdigit() and re.fullmatch(r"[A-Za-z_][\w.]*", host) and host not in ("localhost", "unix"):
        return Diagnosis(
            f"{bind!r} is no address: what follows its colon is no port.",
            f"--bind takes one such as 127.0.0.1:8000; the application stands by itself: gunicorn {bind}",
        )
    return None
