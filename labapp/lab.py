"""The short vocabulary of the notebooks: real servers, seen from outside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from labapp.arguments import (
    COUNT,
    ENVIRONMENT,
    FLAG,
    FUNCTION,
    NOTHING,
    NUMBER,
    PLACE,
    SECONDS,
    TEXT,
    WORDS,
    Expected,
    instance,
    takes,
)
from labapp.observe import kernel
from labapp.observe.kernel import TraceError, sockets
from labapp.sending import compare, load, steps
from labapp.servers import LaunchError, Server, launch, reset, servers
from labapp.views import install_displays, remember_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from labapp.examine import Report
    from labapp.servers.kinds.nginx import NginxServer
    from labapp.views.deployment import DeploymentView
    from labapp.views.live import LiveView

__all__ = [
    "LaunchError",
    "Server",
    "TraceError",
    "compare",
    "descriptors",
    "examine",
    "launch",
    "load",
    "nginx",
    "reset",
    "servers",
    "steps",
    "trace",
    "watch",
]


_PID = instance("a pid", int)
_PIDS = instance("several", list, tuple, set, frozenset)
descriptors = takes(pid=_PID, address=TEXT)(sockets.descriptors)
trace = takes(pid=_PID | _PIDS, calls=TEXT, during=FUNCTION)(kernel.trace)
_WATCHED = instance(
    "a server, as lab.launch or lab.nginx returns it (of several each, lab.watch(edge, web))", Server
)
_PATHS = Expected(
    "a list of paths, each of which begins with /, such as ['/', '/products']",
    lambda value: (
        isinstance(value, list | tuple) and all(isinstance(one, str) and one.startswith("/") for one in value)
    ),
)
_WHERE = Expected("'side', the stage beside the notebook, or 'cell'", lambda value: value in ("side", "cell"))


@takes(
    "write the whole command as one string: lab.examine('gunicorn shop:app', paths=['/'])",
    command=TEXT | WORDS,
    paths=_PATHS,
    within=NUMBER,
    cwd=PLACE | NOTHING,
    env=ENVIRONMENT | NOTHING,
    progress=FLAG,
)
def examine(
    command: str | Sequence[str],
    paths: Sequence[str] = ("/",),
    *,
    within: float = 90.0,
    cwd: str | Path | None = None,
    env: Mapping[str, str] | None = None,
    progress: bool = True,
) -> Report:
    """Measure an application of your own, in at most `within` s, and report what it can do.

    The command is launched as it is and with other numbers of workers and threads, as far as the lab knows
    the options of its server, and asked for each path with GET. The report has the knee of each path, the
    sizes that were tried, memory, what a reload costs, errors and their causes, timeouts, and the command
    line that follows: `report.command`. `report.save("report.html")` writes it as a page.

    Interrupted, it reports what it has; nothing is left running. `ExamineError` says why there can be no
    report: an application that does not start, that fails, or that has none of these paths.
    """
    from labapp import examine as room  # noqa: PLC0415 (a launch can do without)

    return room.examine(command, paths, within=within, cwd=cwd, env=env, progress=progress)


@takes(
    config=TEXT | instance("a Path", Path), workers=COUNT, connections=COUNT, timeout=SECONDS, exposed=FLAG
)
def nginx(
    config: str | Path,
    *,
    workers: int = 2,
    connections: int = 256,
    timeout: float = 20.0,
    exposed: bool = False,
    **names: object,
) -> NginxServer:
    """Run Nginx with what a person would write inside `http { }`, and return when it serves.

    `config` is text, or a file: a `Path`, or a string that is nothing but its path. Jinja2 fills
    `{{ listen }}` with a free loopback address, `listen2`, `listen_tls` and the like with others
    (`listen_ipv6` with one of IPv6), `{{ here }}` with the working directory, and each of `names` with what
    it stands for: a server is its address, a `Path` a whole path, in quotes if it needs them.
    The lab adds what an instance without privileges needs; the server's `config` shows the whole.

    `workers` and `connections` (of each worker) are Nginx's `worker_processes` and `worker_connections`;
    `exposed` lets it listen where other machines can reach it. `LaunchError` says, in Nginx's own words and
    in plain ones, what is wrong, and shows where; nothing is then left running.
    """
    from labapp.servers.kinds.nginx import nginx  # noqa: PLC0415 (templates are slow to import)

    return nginx(config, workers=workers, connections=connections, timeout=timeout, exposed=exposed, **names)


@takes(server=_WATCHED, where=_WHERE)
def watch(
    server: Server, *others: Server, where: Literal["side", "cell"] = "side"
) -> LiveView | DeploymentView:
    """Return the live view of a server: its process tree, its log, its signals.

    With others, a proxy and the servers behind it, they are one picture: `lab.watch(edge, web)` draws
    clients, proxy and servers, and each request's way through them.

    JupyterLab shows it on the stage, a panel at the notebook's right that stays while the lesson scrolls;
    with `where="cell"`, or where there is no stage, it is below its cell.
    """
    from labapp.views import stage  # noqa: PLC0415 (widgets are slow to import)

    return stage.watch(server, *others, where=where)


install_displays()
remember_names()
