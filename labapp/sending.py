"""Loads that a notebook sends: one, one at several rates, one to several servers."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from labapp.arguments import (
    COUNT,
    FLAG,
    FUNCTION,
    NOTHING,
    NUMBER,
    PATH,
    PLACE,
    TEXT,
    Expected,
    instance,
    takes,
)
from labapp.servers import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from labapp.load import Load, Steps
    from labapp.views.comparison import Comparison

_SERVER = instance("a server, as lab.launch or lab.nginx returns it", Server)
_TARGET = _SERVER | instance("a URL of this machine", str)
_COMPARED = Expected(
    "a mapping of names to commands or to servers that run, such as {'sync': 'gunicorn shop:app'}",
    lambda value: (
        hasattr(value, "items")
        and all(
            isinstance(name, str) and isinstance(one, str | list | tuple | Server)
            for name, one in value.items()
        )
    ),
)
_HEADERS = Expected(
    "a mapping of strings to strings, such as {'Accept': 'text/html'}",
    lambda value: (
        hasattr(value, "items") and all(isinstance(one, str) for item in value.items() for one in item)
    ),
)


@takes(
    target=_TARGET,
    path=PATH | NOTHING,
    requests=NUMBER | NOTHING,
    duration=NUMBER | NOTHING,
    concurrency=NUMBER | NOTHING,
    rate=NUMBER | NOTHING,
    arrivals=TEXT,
    seed=COUNT | NOTHING,
    warmup=NUMBER,
    keep_alive=FLAG,
    method=TEXT,
    body=instance("bytes or a string", bytes, str),
    headers=_HEADERS | NOTHING,
    timeout=NUMBER,
    verify=FLAG | PLACE,
    progress=FLAG,
)
def load(
    target: Server | str,
    path: str | None = None,
    *,
    requests: int | None = None,
    duration: float | None = None,
    concurrency: int | None = None,
    rate: float | None = None,
    arrivals: str = "constant",
    seed: int | None = None,
    warmup: float = 0.0,
    keep_alive: bool = False,
    method: str = "GET",
    body: bytes | str = b"",
    headers: Mapping[str, str] | None = None,
    timeout: float = 10.0,
    verify: bool | str | Path = False,
    progress: bool = True,
) -> Load:
    """Send a server, or a URL of this machine, so many requests, or requests for so many seconds.

    `concurrency` connections, 1 unless you say more, each send their next request when the last one is
    answered: a closed loop, which asks a slow server less and so hides the waiting of those who would have
    come (coordinated omission). With `rate`, so many requests per second are due, whatever the server does,
    and latencies count from when each was due: an open loop. Its requests come evenly or, with
    `arrivals="poisson"`, at random, which `seed` makes repeatable, over as many connections as that takes, at
    most `concurrency`. What is sent in the first `warmup` seconds is not counted.

    Each request has a connection of its own unless `keep_alive`, and `timeout` s to be answered; one that
    fails is counted by kind. Where TLS is spoken, the certificate is verified only if `verify` asks for it:
    True, or the path of those to trust. `labapp.load` says up to which throughput the numbers are about the
    server.
    """
    from labapp.load import Limits, Order, locate, run  # noqa: PLC0415 (a launch can do without)
    from labapp.views.load import Progress  # noqa: PLC0415

    if isinstance(target, Server) and not target.running:
        raise ProcessLookupError(f"The server has ended ({target.ending}): nothing was sent.")
    where = locate(target if isinstance(target, str) else target.address, path)
    tls = where.tls if isinstance(target, str) else target.kind.speaks_tls(target.address)
    order = Order(
        where.address,
        where.path,
        requests=requests,
        duration=duration,
        concurrency=(1 if rate is None else Limits.concurrency) if concurrency is None else concurrency,
        rate=rate,
        arrivals=arrivals,
        seed=seed,
        warmup=warmup,
        keep_alive=keep_alive,
        method=method,
        body=body.encode() if isinstance(body, str) else body,
        headers=headers or {},
        timeout=timeout,
        tls=tls,
        verify=verify if isinstance(verify, bool) else str(Path(verify).expanduser()),
    )
    with Progress(order, shown=progress) as heard:
        found = run(order, heard)
    if not isinstance(target, str):
        for exchange in (*found.warmup, *found.exchanges):
            target.note_sending(exchange.port, found.began + exchange.sent)
    return found


@takes(
    target=_TARGET,
    path=PATH | NOTHING,
    rates=instance("a list of numbers, such as [50, 100, 150]", list, tuple, range),
    duration=NUMBER,
    arrivals=TEXT,
    seed=COUNT | NOTHING,
    keep_alive=FLAG,
    timeout=NUMBER,
    progress=FLAG,
)
def steps(
    target: Server | str,
    path: str | None = None,
    *,
    rates: Sequence[float],
    duration: float = 2.0,
    arrivals: str = "constant",
    seed: int | None = None,
    keep_alive: bool = False,
    timeout: float = 10.0,
    progress: bool = True,
) -> Steps:
    """Send a load at each of these rates for `duration` seconds, as `load` does, and find the knee.

    The knee is the last rate with which the server keeps up: it answers everything, and at 0.95 of the rate
    or more. The first step that falls short is sent once more, since something else may have disturbed it;
    after two that fall short no higher one follows. Of a server that the lab launched, each step also tells
    how many requests were being served, on average.
    """
    from labapp.load import climb  # noqa: PLC0415 (a launch can do without)

    def send(rate: float) -> Load:
        return load(
            target,
            path,
            rate=rate,
            duration=duration,
            arrivals=arrivals,
            seed=seed,
            keep_alive=keep_alive,
            timeout=timeout,
            progress=progress,
        )

    found = climb(rates, send)
    if isinstance(target, str):
        return found
    last = found.steps[-1].load
    with suppress(TimeoutError):  # What cannot be known of some servers is left out.
        target.timeline.wait_for(lambda seen: seen.end >= last.began + last.seconds - 0.05, timeout=1.0)
    seen = target.timeline.now()
    return found if seen.unseen else found.with_under_way(lambda one: seen.between(*one.span).under_way)


@takes(servers=_COMPARED, load=FUNCTION)
def compare(
    servers: Mapping[str, str | Sequence[str] | Server], load: Callable[[Server], Load]
) -> Comparison:
    """Send several servers one load, one after the other, and draw what came of it side by side.

    `servers` are commands, or servers that run, each with a name; `load` is called with each server and
    returns what `lab.load` returns: `lambda server: lab.load(server, "/wait", requests=10)`. What is launched
    here ends here; what ran before runs on. The result is a mapping of the loads by their names.
    """
    from labapp.views import comparison  # noqa: PLC0415 (a launch can do without)

    return comparison.compare(servers, load)
