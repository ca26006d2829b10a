"""From a command to the kind of server that it runs, whose module is imported then."""

from importlib import import_module
from typing import Any

from labapp.servers.command import Command
from labapp.servers.errors import LaunchError
from labapp.servers.kinds.rows import ROWS, row_named, row_of
from labapp.servers.server import Server
from labapp.servers.server_kind import ServerKind

FOREIGN = tuple(row.variables for row in ROWS if row.variables)
"""The variables of a notebook's environment that would change some kind of server unasked."""


def kind_of(command: Command) -> ServerKind:
    """Return the kind of server that a command runs, for this command."""
    row = row_of(command)
    return _kind(row.place if row else "any_other.AnyOther")(command)


def handle_of(command: Command) -> type[Server]:
    """Return the class of what a learner holds when this command has been launched."""
    row = row_of(command)
    return _class(row.handle) if row and row.handle else Server


def installed(program: str) -> str | None:
    """Return where a server's program is that PATH does not lead to; None for what is no server.

    `LaunchError` tells how to install one that is not there at all.
    """
    if (row := row_named(program)) is None:
        import difflib  # noqa: PLC0415 (only what is not found needs it)

        from labapp.servers.kinds.complaints import misnamed  # noqa: PLC0415

        if mistake := misnamed(program):
            raise LaunchError(mistake.summary, mistake.advice)
        if close := difflib.get_close_matches(program, _programs(), n=1, cutoff=0.7):
            raise LaunchError(
                f"There is no program called {program!r} on this machine.", f"did you mean {close[0]}?"
            )
        return None
    kind = _kind(row.place)
    if found := kind.installed():
        return found
    raise LaunchError(
        f"{row.name} is not installed: there is no program {program!r} here.", kind.remedy(row.package)
    )


def _programs() -> list[str]:
    return [program for row in ROWS for program in row.programs]


def _kind(place: str) -> type[ServerKind]:
    kind: type[ServerKind] = _class(place)
    return kind


def _class(place: str) -> Any:
    """Return a class of this room, `module.Class`."""
    module, _, name = place.partition(".")
    return getattr(import_module(f"labapp.servers.kinds.{module}"), name)
