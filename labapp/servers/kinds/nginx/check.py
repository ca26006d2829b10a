"""Asking Nginx what it thinks of a configuration, before it is to live by it."""

import subprocess
from pathlib import Path

from labapp.servers.command import Command
from labapp.servers.errors import LaunchError
from labapp.servers.kinds.nginx import refusals
from labapp.servers.kinds.nginx.configuration import NginxConf, exposed_listen, listens, taken_listen, texts

PATIENCE = 20.0  # Seconds: looking up a host that is not there may take some.


def check(
    conf: NginxConf,
    path: Path,
    command: Command,
    *,
    exposed: bool,
    own: frozenset[str] = frozenset(),
) -> None:
    """Write a configuration to `path` and have it tested; `LaunchError` shows what is wrong with it.

    `own` are the addresses at which this server listens already.
    """
    text = conf.filled.text
    if not exposed and (found := exposed_listen(text)):
        raise refusals.exposed(found, conf, command.typed)
    path.write_text(conf.text)
    path.chmod(0o600)
    words = [command.program, "-t", "-q", "-p", f"{path.parent}/", "-c", path.name, "-e", "stderr"]
    try:
        run = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE,
            check=False,
            cwd=path.parent,
            env=dict(command.environment),
        )
    except OSError as error:
        raise LaunchError(
            f"{command.program} cannot be executed: {error.strerror}.",
            "install an Nginx made for this machine.",
        ) from None
    except subprocess.TimeoutExpired:
        raise LaunchError(
            f"Nginx has not read its configuration in {PATIENCE:g} s.",
            "does it name a host that a name server has to look up? Write an address instead.",
            command=command.typed,
        ) from None
    if run.returncode:
        raise refusals.refused(run.stderr, conf, command.typed)
    if not any(True for one in texts(text, conf.directory) for _ in listens(one)):
        raise refusals.listens_nowhere(conf, command.typed)
    # A test passes over places that are taken, since a server that is to be reloaded has its own.
    if found := taken_listen(text, own):
        raise refusals.taken(found, conf, command.typed)
