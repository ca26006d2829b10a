"""The whole file that Nginx is given: the learner's part, and around it what the lab adds."""

import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from labapp.servers.kinds.nginx.access import FORMATS
from labapp.servers.kinds.nginx.configuration.syntax import read
from labapp.servers.kinds.nginx.configuration.template import Filled

CONF_NAME = "nginx.conf"
NEW_CONF_NAME = "nginx.conf.new"
ACCESS_SOCKET = "access"  # The unix socket that takes the access log.
COUNT_FILE = "tmp/count"  # A file that takes one byte for each line of it.
BEGIN = "# ---- yours, from here "
END = "# ---- to here "
_WIDTH = 78
_DEFAULTS = (
    "default_type application/octet-stream;",
    *(f"{kind}_temp_path tmp/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")),
)
_ABOVE = """\
# What this Nginx needs to run beside a notebook, without privileges.
daemon off;                 # the lab's guard is its parent
{user}worker_processes {workers};
pid nginx.pid;              # like every relative path: in {directory}
error_log stderr notice;    # into the server's log
events {{ worker_connections {connections}; }}
http {{
include mime.types;
{defaults}
access_log log;             # into the server's log too
{formats}
access_log {syslog} labapp;
access_log {count} labapp_count;
"""


@dataclass(frozen=True, slots=True)
class Size:
    """How many workers there are, and how many connections each may have."""

    workers: int = 2
    connections: int = 256


@dataclass(frozen=True, slots=True)
class NginxConf:
    """A file for Nginx; the learner's part, as it was filled in, begins at line `first`."""

    text: str
    first: int
    filled: Filled
    size: Size
    directory: Path
    """Where each of its relative paths starts."""

    def origin(self, line: int) -> int | None:
        """Return the line of the learner's text that a line came from; None for one of the lab's."""
        own = line - self.first + 1
        return self.filled.origin(own) if 1 <= own <= len(self.filled.text.splitlines()) else None


def assemble(filled: Filled, directory: Path, size: Size) -> NginxConf:
    """Put the lab's part around the learner's."""
    root = os.geteuid() == 0
    own = {directive.name for directive in read(filled.text)}  # What a learner sets, the lab leaves alone.
    above = _ABOVE.format(
        user="user root;                  # or its workers could not read what only root may\n"
        if root
        else "",
        workers=size.workers,
        connections=size.connections,
        directory=directory,
        defaults="\n".join(line for line in _DEFAULTS if line.split()[0] not in own),
        formats=FORMATS,
        syslog=_word(f"syslog:server=unix:{directory / ACCESS_SOCKET},nohostname,tag=labapp"),
        count=COUNT_FILE,
    )
    above += f"{BEGIN:-<{_WIDTH}}\n"
    text = f"{above}{filled.text.rstrip()}\n{END:-<{_WIDTH}}\n}}\n"
    return NginxConf(text, above.count("\n") + 1, filled, size, directory)


def _word(text: str) -> str:
    """Return a text as one word of a configuration: in quotes, if it has a blank."""
    return f'"{text}"' if " " in text else text


def furnish(directory: Path) -> None:
    """Put into a runtime directory what every configuration of the lab refers to."""
    (directory / "tmp").mkdir(mode=0o700, exist_ok=True)
    types = files("labapp.servers.kinds.nginx.configuration").joinpath("mime.types").read_text()
    (directory / "mime.types").write_text(types)
