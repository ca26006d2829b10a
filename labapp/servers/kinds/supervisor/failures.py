"""Why Supervisor does not serve: a configuration that it refuses, a program that it has given up."""

import re
from dataclasses import replace
from pathlib import Path

from labapp.servers.command import Command, has_option
from labapp.servers.diagnosis import Diagnosis, Failure
from labapp.servers.kinds.complaints import unknown_option
from labapp.servers.kinds.supervisor.site import INFO, Program, Site
from labapp.servers.server_kind import ServerKind
from labapp.servers.wording import count

# 2026-11-29 11:57:03,123 INFO spawned: 'web' with pid 123
LINE = re.compile(
    r"\d{4}-\d\d-\d\d (?P<time>\d\d:\d\d:\d\d),\d{3} "
    r"(?P<level>CRIT|ERRO|WARN|INFO|DEBG|TRAC|BLAT) (?P<text>.*)"
)
# One that ends later than startsecs is no failed start, and so is started again for ever.
GAVE_UP = re.compile(
    r"gave up: (?P<name>\S+) entered FATAL state"
    r"|success: (?P<ran>\S+) entered RUNNING state[\s\S]*?exited: (?P=ran) \("
)
_SPAWNED = "spawned: '{name}' with pid"
_EXITED = re.compile(r"exited: (?P<name>\S+) \((?P<how>exit status (?P<code>\d+)|terminated by \S+?)[;)]")
_SPAWN_ERROR = re.compile(r"spawnerr: (?P<said>.+)")
_UNKNOWN = re.compile(r"names \('(?:ENV_)?(?P<name>\w+)'\) which cannot be expanded")
_FOREGROUND = "a program that Supervisor keeps alive stays in the foreground"


def without_programs(file: Path) -> Diagnosis:
    """Say that a configuration starts nothing, and what may be the matter with it."""
    summary = f"{file.name} has no program that Supervisor starts by itself: nobody would answer."
    if re.search(r"(?m)^\s*files\s*=.*%\(here\)s", file.read_text()) and re.search(r"\s", str(file.parent)):
        return Diagnosis(
            summary,
            "name the files of [include] without %(here)s: Supervisor parts that line at blanks, and the "
            "path of this folder has one. It looks for relative names in this folder.",
        )
    return Diagnosis(
        summary, "give it a section [program:web] with a line command=gunicorn …, without autostart=false."
    )


def mute(site: Site, command: Command) -> Diagnosis | None:
    """Say that nobody would learn of a program that it gives up, where its own words see to that."""
    summary = "This supervisord is told to keep to itself that it has given up a program."
    if site.level > INFO and has_option(command.arguments, ("-e", "--loglevel")):
        return Diagnosis(summary, "leave out --loglevel, or say --loglevel info.")
    if site.silent and has_option(command.arguments, ("-l", "--logfile", "-y", "--logfile_maxbytes")):
        return Diagnosis(summary, "leave out --logfile and --logfile_maxbytes: the lab adds its own.")
    return None


def refused(error: str, command: Command) -> Diagnosis:
    """Say what is wrong with a configuration that supervisord does not take."""
    if found := _UNKNOWN.search(error):
        where = re.search(r"for '([^']+)'", error)
        return Diagnosis(
            f"The configuration names {found['name']}"
            f"{f', in {where[1]},' if where else ','} and there is no such variable.",
            "a free address of loopback is %(ENV_LISTEN)s, its port %(ENV_LISTEN_PORT)s; others are given by "
            f"env={{{found['name']!r}: …}}.",
        )
    if "does not include supervisord section" in error:
        return Diagnosis(
            "The configuration has no section [supervisord].",
            "begin it with a line [supervisord]; nothing need stand below it.",
        )
    if "could not find config file" in error or "No config file found" in error:
        return Diagnosis(
            f"There is no configuration: {_first(error)}.", "name one that is there: supervisord -c site.conf"
        )
    if found := re.search(r"option (--?[\w-]+) not recognized", error):
        return unknown_option(found[1], "Supervisor", command)
    return Diagnosis(f"supervisord refuses its configuration: {_first(error)}.", "correct that there.")


def _first(error: str) -> str:
    return re.sub(
        r"\s+", " ", error.partition(" Available names")[0].partition(" at default paths")[0]
    ).rstrip(".")


def given_up(failure: Failure, programs: dict[str, tuple[Program, ServerKind | None]]) -> Diagnosis | None:
    """Say which program Supervisor gives up or starts for ever, and what ended it; None if none."""
    if not (found := GAVE_UP.search(failure.log)):
        return None
    name = found["name"] or found["ran"]
    lines = failure.log.splitlines()
    own = [line for line in lines if not LINE.match(line)]
    program, kind = programs.get(name, (None, None))
    said = f"Supervisor has given up {name} (FATAL)"
    if errors := _SPAWN_ERROR.findall(failure.log):
        return Diagnosis(f"{said}: {errors[-1]}.", f"correct command= in [program:{name}].")
    ends = [one for one in _EXITED.finditer(failure.log) if one["name"] == name]
    starts = sum(_SPAWNED.format(name=name) in line for line in lines)
    how = ends[-1]["how"] if ends else "its end"
    seconds = f" ({program.startsecs} s)" if program else ""
    if found["ran"]:
        said = f"Supervisor has seen {name} run, and end with {how} before it answered"
    else:
        said += f" after {count(starts, 'start')}, the last with {how} within startsecs{seconds}"
    if ends and ends[-1]["code"] == "0":
        return Diagnosis(f"{said}.", f"{_FOREGROUND}: leave out --daemon.")
    if kind is None:
        return Diagnosis(f"{said}.", "read what it wrote, in the log.")
    status = int(ends[-1]["code"]) if ends and ends[-1]["code"] else None
    inner = kind.diagnose(replace(failure, log="\n".join(own), status=status, hopeless=None))
    return replace(inner, summary=f"{inner.summary} {said}.")
