"""Read a configuration as supervisord itself reads it, and print as JSON what the lab wants to know of it.

A program of its own, run as `python -I reader.py SUPERVISORD ARGUMENTS…` where supervisord is to run, with
the environment that it is to have: to its parser, both are the process's own.
"""

from __future__ import annotations

import io
import json
import re
import socket
import sys
import warnings
from typing import Any

from supervisor.options import ServerOptions

_SET = re.compile(r"^(logfile|pidfile|childlogdir)\s*[=:]", re.MULTILINE)
_INCLUDED = re.compile(r'Included extra file "(.+)" during parsing')


def read(program: str, arguments: list[str]) -> dict[str, Any]:
    """Return what a command of supervisord's configures, or `error`, in supervisord's own words."""
    sys.argv[0] = program  # From where it looks for its configuration if none is named.
    options = ServerOptions()
    options.stderr = said = io.StringIO()
    try:
        options.realize(arguments, doc="", progname="supervisord")
    except SystemExit:
        return {"error": said.getvalue().partition("\n")[0].removeprefix("Error: ")}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    texts = [_text(file) for file in [options.configfile, *_included(options)]]
    return {
        "file": options.configfile,
        "named": sorted({name for text in texts for name in re.findall(r"%\(ENV_(\w+)\)s", text)}),
        "sets": sorted({name for text in texts for name in _SET.findall(text)}),
        "programs": [
            _program(one, group) for group in options.process_group_configs for one in group.process_configs
        ],
        "controls": [_control(one) for one in options.server_configs],
        "silent": bool(options.silent),
        "level": options.loglevel,
    }


def _included(options: Any) -> list[str]:
    return [found[1] for info in options.parse_infos if (found := _INCLUDED.fullmatch(info))]


def _text(path: str) -> str:
    with open(path) as file:  # noqa: PTH123 (nothing else here needs pathlib)
        return file.read()


def _program(one: Any, group: Any) -> dict[str, Any]:
    own = ("name", "command", "directory", "environment", "autostart", "startsecs", "startretries")
    logs = [one.stdout_logfile, one.stderr_logfile]
    return {name: getattr(one, name) for name in own} | {
        "group": group.name,
        "logs": [log for log in logs if isinstance(log, str)],
    }


def _control(one: Any) -> dict[str, Any]:
    unix = one["family"] is socket.AF_UNIX
    return {
        "path": one["file"] if unix else "",
        "host": "" if unix else one["host"],
        "port": 0 if unix else one["port"],
        "username": one["username"] or "",
        "password": one["password"] or "",
    }


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps(read(sys.argv[1], sys.argv[2:])))
