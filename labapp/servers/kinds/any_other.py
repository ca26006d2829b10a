"""A command that is of no kind known here."""

from types import MappingProxyType

from labapp.observe import LogSyntax
from labapp.servers.kinds.gunicorn import Gunicorn
from labapp.servers.kinds.nginx import Nginx
from labapp.servers.server_kind import ServerKind

_BEGUN_BY_OTHERS: tuple[type[ServerKind], ...] = (Gunicorn, Nginx)


class AnyOther(ServerKind):
    """What it starts may be of a kind that others start, too: it writes as that one does."""

    titles = MappingProxyType(
        {title: role for kind in _BEGUN_BY_OTHERS for title, role in kind.titles.items()}
    )
    log_syntax = LogSyntax(
        tuple(dict.fromkeys(form for kind in _BEGUN_BY_OTHERS for form in kind.log_syntax.forms)),
        tuple(death for kind in _BEGUN_BY_OTHERS for death in kind.log_syntax.deaths),
    )
