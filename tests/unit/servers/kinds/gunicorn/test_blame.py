"""What is wrong is told by the name of the option, the setting or the file, and its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from labapp.servers.kinds.gunicorn.blame import blamed
from labapp.servers.kinds.gunicorn.settings import Settings

LIBRARY = "/venv/lib/python3.11/site-packages/gunicorn"
TRACEBACK = """\
Traceback (most recent call last):
  File "{library}/{file}", line 29, in {function}
    does(it)
{exception}
"""


def traceback(file: str, function: str, exception: str) -> str:
    return TRACEBACK.format(library=LIBRARY, file=file, function=function, exception=exception)


CASES = [
    (
        "--pid run/x",
        "Error: run doesn't exist. Can't create pidfile.",
        "There is no directory 'run' for the pid file (--pid).",
    ),
    (
        "-p /var/run/x",
        traceback("pidfile.py", "create", "PermissionError: [Errno 13] Permission denied: '/var/run/tmpa'"),
        "The pid file '/var/run/x' cannot be written: Permission denied (-p).",
    ),
    (
        "",
        "Error: Already running on PID 31 (or pid file 'here.pid' is stale)",
        "The pid file 'here.pid' names process 31, which runs (pidfile in gunicorn.conf.py, line 3).",
    ),
    (
        "--worker-tmp-dir=/nope",
        traceback(
            "workers/workertmp.py", "__init__", "RuntimeError: /nope doesn't exist. Can't create workertmp."
        ),
        "There is no directory '/nope' for the heartbeat of the workers (--worker-tmp-dir).",
    ),
    (
        "--worker-tmp-dir /root",
        traceback(
            "workers/workertmp.py", "__init__", "PermissionError: [Errno 13] Permission denied: '/root/w'"
        ),
        "The directory '/root' for the heartbeat of the workers cannot be used: Permission denied (--work",
    ),
    (
        "--user root",
        traceback("workers/workertmp.py", "__init__", "x")
        + traceback("util.py", "chown", "PermissionError: [Errno 1] Operation not permitted: '/tmp/w'"),
        "Only root may have its workers run as somebody else, here 'root' (--user).",
    ),
    ("-g staff", "Error: No such group: 'staff'", "This machine has no group 'staff' (-g)."),
    ("--chdir /nope", "Error: can't chdir to '/nope'", "There is no directory '/nope' that can be entered"),
    (
        "--error-logfile a --access-logfile /nope/b",
        "Error: Error: '/nope/b' isn't writable [FileNotFoundError(2, 'No such file or directory')]",
        "The log '/nope/b' cannot be written: No such file or directory (--access-logfile).",
    ),
    ("--env NAME", "Error: environment setting 'NAME' invalid", "'NAME' sets no variable (--env)."),
    (
        "--log-config none.ini",
        "Error: Error: log config 'none.ini' not found",
        "There is no file 'none.ini' with a configuration of logging (--log-config).",
    ),
    (
        "--log-config log.ini",
        "Error: log.ini is invalid: File contains no section headers.\nfile: 'log.ini', line: 4\n'x'",
        "log.ini, line 4 is no configuration of logging: File contains no section headers (--log-config).",
    ),
    (
        "--log-config log.ini",
        traceback("../../logging/config.py", "fileConfig", "KeyError: 'formatters'"),
        "The configuration of logging 'log.ini' cannot be used: it lacks 'formatters' (--log-config).",
    ),
    (
        "--log-config-json log.json",
        "Error: Expecting value: line 2 column 5 (char 7)",
        "log.json, line 2 is no valid JSON: Expecting value (--log-config-json).",
    ),
    (
        "",
        "Invalid value for workers: many\n\n\nError: no int.",
        "The setting workers = many is refused: no int (workers in gunicorn.conf.py, line 2).",
    ),
    (
        "-c site.ini",
        'Failed to read config file: site.ini\n  File "site.ini", line 2\n    x\nSyntaxError: invalid syntax',
        "The configuration file is no valid Python: invalid syntax (site.ini, line 2).",
    ),
]


@pytest.mark.parametrize(("options", "log", "summary"), CASES)
def test_the_culprit_is_named(tmp_path: Path, options: str, log: str, summary: str) -> None:
    file = tmp_path / "gunicorn.conf.py"
    file.write_text("# The shop's settings\nworkers = 'many'\npidfile = 'here.pid'\n")
    found = blamed(f"{log}\n", Settings(options.split(), file))
    assert found
    assert found.summary.startswith(summary)
    assert found.advice


def test_what_is_of_no_such_kind_is_left_to_others(tmp_path: Path) -> None:
    log = traceback("util.py", "import_app", "ValueError: no database")
    assert blamed(log, Settings([], tmp_path / "none")) is None
