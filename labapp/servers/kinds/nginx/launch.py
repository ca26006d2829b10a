"""Launching Nginx: a configuration as a person writes it becomes a server, or an error that explains."""

from pathlib import Path

from labapp.servers.errors import LaunchError
from labapp.servers.guard import create_record, discard_record, write_record
from labapp.servers.kinds.nginx import binary, configured
from labapp.servers.kinds.nginx.check import check
from labapp.servers.kinds.nginx.configuration import (
    CONF_NAME,
    Size,
    Template,
    assemble,
    choose_addresses,
    furnish,
)
from labapp.servers.kinds.nginx.configured import ConfiguredNginx, Source
from labapp.servers.kinds.nginx.keywords import refuse_misspelt
from labapp.servers.kinds.nginx.server import NginxServer
from labapp.servers.running import run

ATTEMPTS = 5


def nginx(
    config: str | Path,
    *,
    workers: int = 2,
    connections: int = 256,
    timeout: float = 20.0,
    exposed: bool = False,
    **names: object,
) -> NginxServer:
    """Run Nginx under a guard, and return when it serves; `labapp.lab.nginx` tells the rest."""
    if workers < 1 or connections < 1:
        raise LaunchError(
            f"Nginx was asked for workers={workers}, connections={connections}: nobody would answer.",
            "ask for one of each at least.",
        )
    template = Template(config)
    refuse_misspelt(template, names)
    executable = binary.nginx_program()
    for attempt in range(1, ATTEMPTS + 1):
        source = Source(template, names, choose_addresses(template, names), exposed)
        try:
            return _launch(source, executable, Size(workers, connections), timeout)
        except LaunchError as error:
            # Between the choice of a free port and its use, somebody else may have come by it.
            lost = error.summary.startswith(tuple(f"{one} is taken" for one in source.addresses.values()))
            if not lost or attempt == ATTEMPTS:
                raise
    raise AssertionError("the last attempt returns or raises")


def _launch(source: Source, executable: str, size: Size, timeout: float) -> NginxServer:
    filled = source.fill()
    record = create_record(configured.TYPED)
    try:
        write_record(record)
        furnish(record.directory)
        conf = assemble(filled, record.directory, size)
        command = configured.command(executable, record)
        check(conf, record.directory / CONF_NAME, command, exposed=source.exposed)
    except BaseException:
        discard_record(record)
        raise
    kind = ConfiguredNginx(command, source, conf, workers=size.workers)
    return run(kind, record, NginxServer, timeout=timeout, exposed=source.exposed)
