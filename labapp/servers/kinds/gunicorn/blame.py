"""Which option, setting or file of Gunicorn's is wrong, where its own words name another culprit, or none."""

import re
from collections.abc import Sequence
from pathlib import Path

from labapp.servers.diagnosis import Diagnosis, last_cause
from labapp.servers.kinds.gunicorn.settings import Settings

_WHY = r"(?:.*\n)+?\w+Error: \[Errno \d+\] (?P<why>[^:\n]+)"
# What is in the log; the settings that may be meant; what is wrong; what to try. {value} is the setting's.
_RULES = (
    (
        r"^Error: (?P<what>.+) doesn't exist\. Can't create pidfile",
        ["pidfile"],
        "There is no directory {what!r} for the pid file",
        "make it first, or name another place: --pid shop.pid",
    ),
    (
        rf'gunicorn/pidfile\.py"{_WHY}',
        ["pidfile"],
        "The pid file {value!r} cannot be written: {why}",
        "name a place where you may write: --pid shop.pid",
    ),
    (
        r"Already running on PID (?P<pid>\d+)",
        ["pidfile"],
        "The pid file {value!r} names process {pid}, which runs",
        "stop that one; if it is no Gunicorn, remove the file.",
    ),
    (
        r"^RuntimeError: (?P<what>.+) doesn't exist\. Can't create workertmp",
        ["worker_tmp_dir"],
        "There is no directory {what!r} for the heartbeat of the workers",
        "leave it out, or name a directory that is there.",
    ),
    (
        r'gunicorn/util\.py", line \d+, in (?:chown|set_owner_process)(?:.*\n)+?PermissionError',
        ["user", "group"],
        "Only root may have its workers run as somebody else, here {value!r}",
        "leave it out: the workers run as you do.",
    ),
    (
        rf'workers/workertmp\.py"{_WHY}',
        ["worker_tmp_dir"],
        "The directory {value!r} for the heartbeat of the workers cannot be used: {why}",
        "leave it out, or name a directory where you may write.",
    ),
    (
        r"^Error: (?:can't chdir to|\[Errno \d+\] [^:\n]+:) '(?P<what>[^']+)'",
        ["chdir"],
        "There is no directory {what!r} that can be entered",
        "correct it: a relative one begins where the server is launched, cwd=.",
    ),
    (
        r"log config '(?P<what>[^']+)' not found",
        ["logconfig"],
        "There is no file {what!r} with a configuration of logging",
        "correct the path: a relative one begins where the server starts.",
    ),
    (
        r"^Error: (?P<what>\S+) is invalid: (?P<why>.+?)\.?\nfile: '[^']+', line: (?P<line>\d+)",
        ["logconfig"],
        "{what}, line {line} is no configuration of logging: {why}",
        "correct that line; Python's logging.config.fileConfig says what belongs there.",
    ),
    (
        r"^Error: (?P<why>(?:Expecting|Extra|Invalid|Unterminated)[^\n]*?): line (?P<line>\d+) column",
        ["logconfig_json"],
        "{value}, line {line} is no valid JSON: {why}",
        "correct that line.",
    ),
    (
        r"^Error: (?:Error: )?'(?P<what>[^']+)' isn't writable \[\w+\(\d+, ['\"](?P<why>[^'\"]+)['\"]\)\]",
        ["errorlog", "accesslog"],
        "The log {what!r} cannot be written: {why}",
        "name a place where you may write, or leave it out: the lab shows what the server writes.",
    ),
    (
        r"^Error: No such (?P<kind>user|group): '(?P<what>[^']+)'",
        ["user", "group"],
        "This machine has no {kind} {what!r}",
        "leave it out: the workers run as you do.",
    ),
    (
        r"^Error: environment setting '(?P<what>[^']*)' invalid",
        ["raw_env"],
        "{what!r} sets no variable",
        "write NAME=VALUE: --env {what}=…",
    ),
    (
        r'(?P<name>certfile|keyfile) "(?P<what>[^"]+)" does not exist',
        ["certfile", "keyfile"],
        "There is no file {what!r}",
        "correct the path: a relative one begins where the server starts.",
    ),
)
_PYTHON = 'it is a Python program: write bind = "127.0.0.1:8000", workers = 2, each in a line of its own.'


def blamed(log: str, settings: Settings) -> Diagnosis | None:
    """Return what is wrong, by its name and where it is written; None where nothing of that kind is known."""
    lines = log.splitlines()
    if found := re.search(r"^Failed to read config file: (.+)$", log, re.MULTILINE):
        return _configuration(Path(found[1]), lines)
    if found := re.search(r"^Invalid value for (\w+): (.*)\n+Error: (.+)$", log, re.MULTILINE):
        name, value, why = found.groups()
        return Diagnosis(
            f"The setting {name} = {value} is refused: {why.rstrip('.')}{_written(settings, [name])}.",
            "correct it; `gunicorn --help` says what each option takes.",
        )
    if 'logging/config.py"' in log and (cause := last_cause(lines)):
        lack = f"it lacks {cause.message}" if cause.kind == "KeyError" else cause.exception
        names = ["logconfig", "logconfig_json", "logconfig_dict"]
        return Diagnosis(
            f"The configuration of logging{_value(settings, names)} cannot be used: {lack.rstrip('.')}"
            f"{_written(settings, names)}.",
            "correct that; the documentation of Python's logging.config says what belongs there.",
        )
    return _by_rule(log, settings)


def _by_rule(log: str, settings: Settings) -> Diagnosis | None:
    for pattern, names, summary, advice in _RULES:
        if found := re.search(pattern, log, re.MULTILINE):
            words = found.groupdict()
            meant = [
                name for name in names if name in words.values() or settings.value(name) in words.values()
            ]
            value = settings.value(*(meant or names))
            if names == ["chdir"] and value != words["what"]:
                continue
            said = summary.format(value=value, **words)
            return Diagnosis(
                f"{said}{_written(settings, meant or names)}.", advice.format(value=value, **words)
            )
    return None


def _configuration(file: Path, lines: Sequence[str]) -> Diagnosis:
    """Explain what is wrong with a configuration file: each is a Python program, whatever its name says."""
    cause = last_cause(lines)
    what = cause.exception.rstrip(".") if cause else "it cannot be read"
    place = cause.place if cause and Path(cause.file).name == file.name else file.name
    if cause and cause.kind in {"SyntaxError", "IndentationError", "TabError"}:
        return Diagnosis(f"The configuration file is no valid Python: {cause.message} ({place}).", _PYTHON)
    advice = "correct that, then launch again." if file.suffix == ".py" else _PYTHON
    return Diagnosis(f"The configuration file fails: {what} ({place}).", advice)


def _value(settings: Settings, names: Sequence[str]) -> str:
    value = settings.value(*names)
    return f" {value!r}" if value else ""


def _written(settings: Settings, names: Sequence[str]) -> str:
    return f" ({settings.where(*names)})"
