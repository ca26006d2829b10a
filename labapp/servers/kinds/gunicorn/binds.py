"""What is wrong with an address that Gunicorn is told to bind."""

import re

from labapp.servers.diagnosis import Diagnosis

HIGHEST_PORT = 65535


def misread(bind: str) -> Diagnosis | None:
    """Return what is wrong with an address, and its right form; None if it can be one."""
    if url := re.match(r"https?://([^/]*)", bind):
        return Diagnosis(f"{bind!r} is a URL, and --bind takes an address.", f"write --bind {url[1]}")
    if "$" in bind:
        return Diagnosis(
            f"{bind!r} is no address: there is no shell that puts a value in place of the $.",
            'write the number itself, or have Python fill it in: f"gunicorn … --bind 127.0.0.1:{port}".',
        )
    if host_and_port := re.fullmatch(r"([\w.-]+):(\w+)", bind):
        return _misread(bind, *host_and_port.groups())
    return None


def _misread(bind: str, host: str, port: str) -> Diagnosis | None:
    if port.isdigit() and int(port) > HIGHEST_PORT:
        return Diagnosis(
            f"{bind!r} is no address: ports go up to {HIGHEST_PORT}.", "choose another, or leave out --bind."
        )
    if not port.isdigit() and re.fullmatch(r"[A-Za-z_][\w.]*", host) and host not in ("localhost", "unix"):
        return Diagnosis(
            f"{bind!r} is no address: what follows its colon is no port.",
            f"--bind takes one such as 127.0.0.1:8000; the application stands by itself: gunicorn {bind}",
        )
    return None
