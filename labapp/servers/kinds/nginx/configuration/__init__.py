"""The learner's configuration: a template filled in, read as Nginx reads it, and the file made around it."""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.servers.kinds.nginx.configuration.chosen import choose_addresses
    from labapp.servers.kinds.nginx.configuration.excerpts import column_of, excerpt
    from labapp.servers.kinds.nginx.configuration.includes import included, texts
    from labapp.servers.kinds.nginx.configuration.listening import (
        Listen,
        exposed_listen,
        listens,
        taken_listen,
    )
    from labapp.servers.kinds.nginx.configuration.logging import unlogged
    from labapp.servers.kinds.nginx.configuration.nginx_conf import (
        ACCESS_SOCKET,
        CONF_NAME,
        COUNT_FILE,
        NEW_CONF_NAME,
        NginxConf,
        Size,
        assemble,
        furnish,
    )
    from labapp.servers.kinds.nginx.configuration.passing import passed_to
    from labapp.servers.kinds.nginx.configuration.syntax import Directive, directives, unbalanced, words
    from labapp.servers.kinds.nginx.configuration.template import Filled, Template

__all__ = [
    "ACCESS_SOCKET",
    "CONF_NAME",
    "COUNT_FILE",
    "NEW_CONF_NAME",
    "Directive",
    "Filled",
    "Listen",
    "NginxConf",
    "Size",
    "Template",
    "assemble",
    "choose_addresses",
    "column_of",
    "directives",
    "excerpt",
    "exposed_listen",
    "furnish",
    "included",
    "listens",
    "passed_to",
    "taken_listen",
    "texts",
    "unbalanced",
    "unlogged",
    "words",
]

__getattr__ = door(
    __name__,
    chosen="choose_addresses",
    excerpts="column_of excerpt",
    includes="included texts",
    listening="Listen exposed_listen listens taken_listen",
    logging="unlogged",
    nginx_conf="ACCESS_SOCKET CONF_NAME COUNT_FILE NEW_CONF_NAME NginxConf Size assemble furnish",
    passing="passed_to",
    syntax="Directive directives unbalanced words",
    template="Filled Template",
)
