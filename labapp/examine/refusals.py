"""Why there is no report: a sentence on what is wrong with the application, and what to try."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from labapp.examine.figures import Probe
from labapp.servers import LaunchError, ServerKind, count
from labapp.servers.diagnosis import without_library_frames

TAIL = 12  # Lines of a log that are shown.
_LISTEN = "would listen at "


class ExamineError(LaunchError):
    """An application of which no report can be made: what is wrong, what to try, the end of its log."""


def not_started(error: LaunchError) -> ExamineError:
    """Return what to say of a command that does not start."""
    advice = error.advice.replace("lab.launch(", "lab.examine(")
    if _LISTEN in error.summary:
        advice = "bind it to 127.0.0.1 to examine it: the load must not come from elsewhere, nor go there."
    elif "timeout=" in advice:
        advice = "read its log. It must answer GET /, with any status; if it only needs longer, give it more."
    return ExamineError(
        error.summary,
        advice,
        command=error.command,
        status=error.status,
        log_tail=error.log_tail,
        excerpt=error.excerpt,
    )


def serves_nothing(command: str) -> ExamineError:
    """Return what to say of a command that asks for something and has ended."""
    return ExamineError(
        "The command tells something and ends: there is no server to examine.",
        "leave out the option that asks, such as --help or --check-config.",
        command=command,
    )


def no_path(probes: Sequence[Probe], kind: ServerKind, cause: str, log: Sequence[str]) -> ExamineError | None:
    """Return what to say where none of the paths can be measured; None if one can."""
    if any(probe.usable for probe in probes):
        return None
    statuses = {probe.status for probe in probes}
    which = f"GET {probes[0].path}" if len(probes) == 1 else f"Each of {count(len(probes), 'path')}"
    tail: Sequence[str] = ()
    if statuses == {HTTPStatus.NOT_FOUND}:
        paths = " ".join(probe.path for probe in probes)
        summary = f"The application answers 404 everywhere it was asked: {paths}."
        advice = "name paths that it has: paths=['/…'], or in a shell behind the command."
    elif all(status >= HTTPStatus.INTERNAL_SERVER_ERROR for status in statuses):
        shown = "/".join(map(str, sorted(statuses)))
        summary = f"{which} is answered with {shown}: {cause or 'its log may say why'}."
        advice = _what_it_needs(cause)
        tail = _tail(log, kind)
    else:
        why = f"; in its log: {cause}" if cause else ""
        summary = f"No path can be measured: {'; '.join(map(verdict, probes))}{why}."
        advice = "name paths that the application answers to anybody, as paths=['/…']."
        if statuses == {HTTPStatus.BAD_REQUEST}:
            advice = "it may know other hosts only, as by Django's ALLOWED_HOSTS: let it know 127.0.0.1 too."
        tail = _tail(log, kind) if cause else ()
    return ExamineError(summary, advice, command=kind.command.typed, log_tail=tail)


def verdict(probe: Probe) -> str:
    """Say what a path answered."""
    if probe.error:
        return f"{probe.path} gave no answer ({probe.error})"
    return f"{probe.path} answers {probe.status}"


def _what_it_needs(cause: str) -> str:
    words = cause.lower()
    if any(sign in words for sign in ("operationalerror", "database", "no such table", "connection refused")):
        return "give it the database, or whatever it connects to, as it has it in production; then again."
    return "have it answer by hand first: launch it, and ask for the path with a browser or curl."


def _tail(log: Sequence[str], kind: ServerKind) -> list[str]:
    told = [line for line in log if line.strip() and not (kind.noise and kind.noise.search(line))]
    return without_library_frames(told)[-TAIL:]


def no_time(command: str, within: float) -> ExamineError:
    """Return what to say where the time was over before there was any figure."""
    return ExamineError(
        f"Within {within:g} s nothing could be measured: starting it and asking it took all of that.",
        f"give it more time: within={2 * within:g}, or in a shell --within {2 * within:g}.",
        command=command,
    )
