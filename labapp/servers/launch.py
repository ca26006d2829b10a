"""Launching: a command as typed becomes a server that answers, or a `LaunchError` that explains."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from labapp.observe.kernel.listeners import Newcomers
from labapp.observe.sampler import datagrams
from labapp.servers import command as commands
from labapp.servers import registry
from labapp.servers.diagnosis.tracebacks import without_library_frames
from labapp.servers.errors import LaunchError
from labapp.servers.guard import records
from labapp.servers.guard.client import Guarded
from labapp.servers.guard.records import Record
from labapp.servers.kinds.base import Failure, Program
from labapp.servers.kinds.gunicorn.kind import Gunicorn
from labapp.servers.log import Log
from labapp.servers.readiness import NotReadyError
from labapp.servers.server import Server
from labapp.servers.wording import ending

S = TypeVar("S", bound=Server)
TAIL = 12  # Lines of the log in a LaunchError: enough for the exception and what the server made of it.


def launch(
    command: str | Sequence[str],
    *,
    timeout: float = 20.0,
    ready: str = "/",
    cwd: str | Path | None = None,
    env: Mapping[str, str] | None = None,
    exposed: bool = False,
) -> Server:
    """Run a server's command line under a guard, and return when it answers `GET ready`, whatever it answers.

    The server ends with this process at the latest. `LaunchError` says what happened, what to try, and shows
    the end of the server's log; nothing is then left running. `timeout` is in seconds; `env` is added to the
    environment; `exposed` lets it listen where other machines can reach it.
    """
    parsed = commands.parse(command, cwd=cwd, env=env)
    program: Program = Gunicorn(parsed) if Gunicorn.is_meant(parsed) else Program(parsed)
    if not exposed and (address := program.exposure()):
        raise _exposed(program, address)
    return run(program, records.create(parsed.typed), Server, ready=ready, timeout=timeout, exposed=exposed)


def run(
    program: Program, record: Record, kind: type[S], *, ready: str = "/", timeout: float, exposed: bool
) -> S:
    """Run a program of the lab under a guard, in the runtime directory made for it, until it is ready."""
    command = program.command
    talk = None
    try:
        added = program.additions(record)
        talk = datagrams.listen(record.events) if program.talks else None
        newcomers = Newcomers()
        guarded = Guarded(command, {**command.environment, **added}, record)
    except BaseException:
        if talk:
            talk.close()
        records.discard(record)
        raise
    try:
        server = kind(program, added, guarded, Log(record.log, ended=lambda: guarded.over), talk)
    except BaseException:
        if talk:
            talk.close()
        guarded.release()
        raise
    registry.add(server)
    try:
        server._wait_until_ready(newcomers, ready, timeout, exposed)
    except NotReadyError as problem:
        # What has ended by itself tells how; what is ended now would only tell that it was.
        status = guarded.status if guarded.ended else None
        server.stop(timeout=0)
        waited = timeout if problem.timed_out else None
        failure = Failure(server.log.text, status, waited, problem.listening, guarded.failure)
        raise _exposed(program, problem.exposed) if problem.exposed else _failed(program, failure) from None
    except BaseException:
        server.stop(timeout=0)
        raise
    if program.talks:
        _ = server.timeline  # It is kept from now on, so that no request is missed.
    return server


def _failed(program: Program, failure: Failure) -> LaunchError:
    """Explain, from what the server wrote and how it ended by itself."""
    summary, advice = program.diagnose(failure)
    lines = [line for line in failure.log.splitlines() if line.strip()]
    if program.noise:
        lines = [line for line in lines if not program.noise.search(line)]
    by_itself = failure.timeout is None and failure.errno is None
    return LaunchError(
        summary,
        advice,
        command=program.command.typed,
        status=ending(failure.status) if by_itself else None,
        log_tail=without_library_frames(lines)[-TAIL:],
    )


def _exposed(program: Program, address: str) -> LaunchError:
    return LaunchError(
        f"{program.command.name} would listen at {address}, where other machines can reach it.",
        f"bind it to 127.0.0.1. If you mean it, say so: {program.launcher}(..., exposed=True).",
        command=program.command.typed,
    )
