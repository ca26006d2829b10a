"""Launching: a command as typed is run as the kind of server that it is."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from labapp.arguments import ENVIRONMENT, FLAG, NOTHING, PLACE, SECONDS, TARGET, TEXT, WORDS, takes
from labapp.servers import command as commands
from labapp.servers.errors import LaunchError
from labapp.servers.guard import create_record
from labapp.servers.http import is_loopback
from labapp.servers.kinds import FOREIGN, handle_of, installed, kind_of, misunderstanding
from labapp.servers.running import exposed_error, run
from labapp.servers.server import Server
from labapp.servers.server_kind import ServerKind


@takes(
    "write the whole command as one string: lab.launch('program shop:app')",
    command=TEXT | WORDS,
    timeout=SECONDS,
    ready=TARGET,
    cwd=PLACE | NOTHING,
    env=ENVIRONMENT | NOTHING,
    exposed=FLAG,
)
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

    One that answers without its application, which it could not load, has failed.

    The command is one string, as it is typed in a terminal, or a list of words, of which none is read. There
    is no shell: what only one would understand is answered with what to do instead.
    The server ends with this process at the latest. `LaunchError` says what happened, what to try, and shows
    the end of the server's log; nothing is then left running. `timeout` is in seconds; `env` is added to the
    environment; `exposed` lets it listen where other machines can reach it.

    A command that asks for something and serves nothing, such as its version, is answered by a
    server that has ended: it is shown with all that was printed, which is its `log`.
    """
    kind = kind_for(command, cwd=cwd, env=env)
    return launch_kind(kind, timeout=timeout, ready=ready, exposed=exposed)


def kind_for(
    command: str | Sequence[str], *, cwd: str | Path | None = None, env: Mapping[str, str] | None = None
) -> ServerKind:
    """Return the kind of server that a command runs, for this command; `LaunchError` if none can be run."""
    return kind_of(commands.parse(command, cwd=cwd, env=env, foreign=FOREIGN, installed=installed))


def launch_kind(
    kind: ServerKind, *, timeout: float = 20.0, ready: str = "/", exposed: bool = False
) -> Server:
    """Run the command that a kind of server was found for, as `launch` does."""
    typed = kind.command.typed
    if not kind.asks:
        if refusal := misunderstanding(kind.command) or kind.refusal():
            raise LaunchError(refusal.summary, refusal.advice, command=typed)
        opened = (one for one in commands.handed(kind.command) or () if not is_loopback(one))
        if not exposed and (address := next(opened, None) or kind.exposure()):
            raise exposed_error(kind, address)
    server_class = handle_of(kind.command)
    return run(kind, create_record(typed), server_class, ready=ready, timeout=timeout, exposed=exposed)
