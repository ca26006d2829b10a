"""Running a server under a guard, from its command to its first answer, or to the error that explains."""

import os
import time
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

from labapp.observe import Tree
from labapp.observe.kernel.sockets import Newcomers
from labapp.observe.server_events import listen_for_events
from labapp.servers import registry
from labapp.servers.command import handing_on, with_words
from labapp.servers.diagnosis import Failure, Hopeless
from labapp.servers.errors import LaunchError
from labapp.servers.guard import MARKER, GuardClient, Record, discard_record, prepare_spare, write_record
from labapp.servers.http import Answer, NotReadyError, Prospects, free_port, reachable, wait_until_ready
from labapp.servers.log import PART, OtherLogs
from labapp.servers.observation import load_timeline
from labapp.servers.processes import Processes
from labapp.servers.server import Server
from labapp.servers.server_kind import ServerKind
from labapp.servers.stopping import Lifetime, stop
from labapp.servers.unhurried import unhurried
from labapp.servers.waiting import POLL
from labapp.servers.wording import ending

if TYPE_CHECKING:
    from labapp.servers.diagnosis import Stack

S = TypeVar("S", bound=Server)
WRITTEN = 0.2  # Seconds until it is in the log why a request failed: some servers answer first.
ASSEMBLED = 0.5  # Seconds in which the other workers come, where the first one has answered.
TAIL = 12  # Lines of the log in a LaunchError: enough for the exception and what the server made of it.


@unhurried
def run(
    kind: ServerKind,
    record: Record,
    server_class: type[S],
    *,
    ready: str = "/",
    timeout: float,
    exposed: bool,
) -> S:
    """Run a server under a guard, in the runtime directory made for it, until it is ready.

    One that was asked for something, and that ended when it had told it, is returned as it is.
    """
    with ExitStack() as opened:  # It is closed with the server, or with a launch that fails.
        opened.callback(discard_record, record)
        added, notice = kind.additions(record), kind.notice()
        words = kind.added(record)
        command = kind.command.extended(words, kind.subcommand)
        if before := handing_on(command, (*added, MARKER), free_port()):
            command, words = replace(command, argv=with_words(command, before)), (*before, *words)
        events = (
            opened.enter_context(closing(listen_for_events(record.events))) if kind.emits_events else None
        )
        newcomers, logs = Newcomers(), OtherLogs(kind.logs)
        guard = GuardClient(command, {**command.environment, **added}, record)
        opened.callback(guard.release)
        write_record(record)  # While the server starts, which need not wait for it.
        opened.enter_context(kind.event_relay(record))
        processes = opened.enter_context(closing(Processes(kind, guard.pid, lambda: record.server)))
        lifetime = Lifetime(guard, processes, opened)
        server = server_class(kind, added, lifetime, events)
        server.command, server.added = list(command.argv), words
        registry.add(server, lifetime)
        if kind.emits_events:
            load_timeline()
        try:
            answer = _first_answer(kind, lifetime, newcomers, path=ready, timeout=timeout, exposed=exposed)
            if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                notice = _look_into(lambda: server.log.gist + logs.text, kind) or notice
        except NotReadyError as problem:
            if kind.asks and guard.ended and guard.status == 0:
                stop([lifetime], timeout=0)
                return server
            raise _failed(server, lifetime, problem, timeout, logs) from None
        server.notice = notice
        server.first_answer = replace(answer, address=reachable(answer.address))
        tree = _assembled(server)
        _note(server.address, tree, record)
        lifetime.outlive_launch()
    if kind.emits_events:
        server.keep_timeline(tree)  # From now on, so that no request is missed.
    prepare_spare()  # For the next one.
    return server


def _first_answer(
    kind: ServerKind, lifetime: Lifetime, newcomers: Newcomers, *, path: str, timeout: float, exposed: bool
) -> Answer:
    processes = lifetime.processes

    def accepted(found: set[str]) -> str:
        # Its workers take whatever the kernel has accepted for them: nobody need be asked.
        return kind.first_address(found) if found and processes.snapshot().workers else ""

    return wait_until_ready(
        lifetime.guard,
        partial(processes.serving, newcomers),
        Prospects(kind, lifetime.guard, processes).verdict,
        kind.speaks_tls,
        accepted if kind.ready_when_it_listens else None,
        path=path,
        timeout=timeout,
        exposed=exposed,
    )


def _look_into(log: Callable[[], str], kind: ServerKind) -> str:
    """Return why the application fails, if the log shows that it is of another interface than its server's.

    `NotReadyError` where there is none, for it could not be loaded.
    """
    from labapp.servers.diagnosis import misfit  # noqa: PLC0415 (an answer that is none needs it)

    if kind.unloaded and kind.unloaded.search(log()):
        raise NotReadyError(hopeless=Hopeless.UNLOADED)
    deadline = time.monotonic() + WRITTEN
    while True:
        wrong, advice = misfit(log(), kind.name or kind.command.name, kind.served_by)
        if wrong or not kind.served_by or time.monotonic() > deadline:
            return f"{wrong}: {advice}" if wrong else ""
        time.sleep(POLL)


def _assembled(server: Server) -> Tree:
    """Return its processes: one worker may have answered before the others are there."""
    deadline = time.monotonic() + ASSEMBLED
    while len((tree := server.snapshot()).workers) < server.kind.workers_due and server.running:
        if time.monotonic() > deadline:
            break
        time.sleep(POLL)
    return tree


def _note(address: str, tree: Tree, record: Record) -> None:
    """Write down who belongs to a server that is ready."""
    record.address = address
    record.family = [process.identity for process in tree]
    with suppress(ProcessLookupError):
        record.sessions = sorted({os.getsid(pid) for pid, _ in record.family})
    write_record(record)


def _failed(
    server: Server, lifetime: Lifetime, problem: NotReadyError, timeout: float, logs: OtherLogs
) -> LaunchError:
    """End what is left of a server, and explain, from what it wrote and how it ended by itself."""
    from labapp.servers.diagnosis import without_library_frames  # noqa: PLC0415 (a launch can do without)

    kind, guard = server.kind, lifetime.guard
    # What has ended by itself tells how; what is ended now would only tell that it was.
    status = guard.status if guard.ended else guard.failed_master
    log, written, stack = server.log.gist + logs.text, server.log.size, None
    if problem.timed_out or problem.hopeless in (Hopeless.STRANGER, Hopeless.IDLE):
        stack = _stack(server, logs)
        lifetime.processes.end_workers()
    stop([lifetime], timeout=0)
    if problem.exposed:
        return exposed_error(kind, problem.exposed)
    waited = timeout if problem.timed_out else None
    failure = Failure(
        log,
        status,
        waited,
        tuple(sorted(lifetime.processes.listening)),
        guard.failure,
        problem.hopeless,
        tuple(sorted(lifetime.processes.strangers)),
        stack,
        written,
    )
    diagnosis = kind.diagnose(failure)
    lines = [line for line in failure.log.splitlines() if line.strip()]
    if kind.noise:
        lines = [line for line in lines if not kind.noise.search(line)]
    by_itself = failure.timeout is None and failure.errno is None and failure.status is not None
    return LaunchError(
        diagnosis.summary,
        diagnosis.advice,
        command=kind.command.typed,
        status=ending(failure.status) if by_itself else None,
        log_tail=without_library_frames(lines)[-TAIL:],
        excerpt=diagnosis.excerpt,
    )


def _stack(server: Server, logs: OtherLogs) -> "Stack | None":
    """Ask a worker where it stands, or the process that should have had one."""
    from labapp.servers.diagnosis import stack_of  # noqa: PLC0415 (a launch can do without)

    if server.log.size > PART:
        return None  # It would go down in what else is written.
    tree = server.snapshot()
    asked = (*tree.workers, *tree.masters, *tree.roots)[:1]
    return next((stack_of(process, lambda: server.log.gist + logs.text) for process in asked), None)


def exposed_error(kind: ServerKind, address: str) -> LaunchError:
    """Return the error for a server that other machines could reach."""
    return LaunchError(
        f"{kind.command.name} would listen at {address}, where other machines can reach it.",
        f"bind it to 127.0.0.1. If you mean it, say so: {kind.launcher}(..., exposed=True).",
        command=kind.command.typed,
    )
