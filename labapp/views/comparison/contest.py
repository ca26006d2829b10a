"""Sending one load to several servers, one after the other, so that none disturbs another's figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from labapp.arguments import ArgumentError
from labapp.load import Load
from labapp.servers import LaunchError, Server, launch
from labapp.views.comparison.board import Board
from labapp.views.comparison.comparison import Comparison
from labapp.views.comparison.contestant import Contestant

if TYPE_CHECKING:
    from labapp.observe.timeline import Request

Given = Mapping[str, "str | Sequence[str] | Server"]


def compare(servers: Given, load: Callable[[Server], Load]) -> Comparison:
    """Send each server the load, and return what came of it; what is launched for it is ended with it.

    A `LaunchError` names the server that did not start; whatever happens, nothing is left running but what
    ran before.
    """
    _refuse(servers)
    found: list[Contestant] = []
    with ExitStack() as opened, Board(list(servers)) as board:
        running: dict[str, Server] = {}
        for name, given in servers.items():
            if isinstance(given, Server):
                running[name] = given
                continue
            with board.turn(name, "starts"):
                running[name] = opened.enter_context(_launched(name, given))
            board.started(name)
        for name, server in running.items():
            with board.turn(name, "is asked"):
                came = _sent(load, server, name)
            if not isinstance(came, Load):
                raise ArgumentError(
                    f"compare: the function returned {type(came).__name__} for {name!r}; let it return what"
                    " lab.load returns, as lambda server: lab.load(server, '/', requests=10)."
                )
            found.append(Contestant(name, server.typed, came, _served(server, came)))
            board.done(name, came)
    return Comparison(tuple(found))


def _refuse(servers: Given) -> None:
    if not servers:
        raise ArgumentError("compare: there is no server to compare; give it two or more, each with a name.")
    if len(servers) == 1:
        raise ArgumentError(
            f"compare: there is nothing to compare {next(iter(servers))!r} with; give it two or more, each"
            " with a name of its own: of two equal names in {…} Python keeps one."
        )
    for name, given in servers.items():
        if not name.strip():
            raise ArgumentError("compare: a name is empty; give each server one, to tell it by.")
        if isinstance(given, Server) and not given.running:
            raise ArgumentError(
                f"compare: {name!r} has ended ({given.ending}); launch it again, or give its command instead."
            )


def _launched(name: str, command: str | Sequence[str]) -> Server:
    try:
        return launch(command)
    except LaunchError as error:
        raise LaunchError(
            f"{name}: {error.summary}",
            error.advice,
            command=error.command,
            status=error.status,
            log_tail=error.log_tail,
            excerpt=error.excerpt,
        ) from None


def _sent(load: Callable[[Server], Load], server: Server, name: str) -> Load:
    try:
        return load(server)
    except Exception as error:
        error.add_note(f"It happened while {name!r} was compared.")
        raise


def _served(server: Server, load: Load) -> tuple[Request, ...]:
    """Return the requests of a load as the server tells them; none of one that does not."""
    return server.timeline.during(load).served if server.kind.emits_events else ()
