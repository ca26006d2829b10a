"""The one list of the kinds of servers, the one for any other command last."""

from types import MappingProxyType

from labapp.observe import LogSyntax
from labapp.servers.command import Command
from labapp.servers.kinds.gunicorn import Gunicorn
from labapp.servers.kinds.nginx import Nginx
from labapp.servers.server_kind import ServerKind

KNOWN: tuple[type[ServerKind], ...] = (Gunicorn, Nginx)


class AnyOther(ServerKind):
    """A command that is of no kind known here, though what it starts may be: it writes as that one does."""

    titles = MappingProxyType({title: role for kind in KNOWN for title, role in kind.titles.items()})
    log_syntax = LogSyntax(
        tuple(dict.fromkeys(form for kind in KNOWN for form in kind.log_syntax.forms)),
        tuple(death for kind in KNOWN for death in kind.log_syntax.deaths),
    )

    @classmethod
    def is_meant(cls, command: Command) -> bool:  # noqa: ARG003
        """Whatever the command runs."""
        return True


KINDS: tuple[type[ServerKind], ...] = (*KNOWN, AnyOther)


def kind_of(command: Command) -> ServerKind:
    """Return the kind of server that a command runs, for this command."""
    return next(kind for kind in KINDS if kind.is_meant(command))(command)
