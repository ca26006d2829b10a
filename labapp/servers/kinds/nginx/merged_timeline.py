"""One order of time for Nginx and the servers behind it: there a request is seen to pass between them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from labapp.observe.timeline import Request, TimelineSlice
from labapp.servers.server import Server

CLOCK = 0.06  # seconds by which a proxy, whose clock is coarse, and a server may disagree


def behind(names: Mapping[str, object]) -> dict[str, Server]:
    """Return the servers among what a configuration was given, each by the name it has there."""
    return dict(found for name, value in names.items() for found in _servers(name, value))


def joined(parts: Mapping[str, TimelineSlice]) -> TimelineSlice:
    """Return what happened in several servers; each process is called by its server's name and its label."""
    all_events = (
        event._replace(who=f"{name} {event.who}") for name, part in parts.items() for event in part.events
    )
    events = tuple(sorted(all_events, key=lambda event: event.at))
    named = [
        replace(request, worker=f"{name} {request.worker}")
        for name, part in parts.items()
        for request in part.served
    ]
    known = [part for part in parts.values() if part.events]
    return TimelineSlice(
        events,
        tuple(sorted(followed(named), key=lambda request: request.begin)),
        tuple(replace(life, who=f"{name} {life.who}") for name, part in parts.items() for life in part.lives),
        min((part.begin for part in known), default=0.0),
        max((part.end for part in known), default=0.0),
        dropped=sum(part.dropped for part in parts.values()),
        malformed=sum(part.malformed for part in parts.values()),
        forgotten=sum(part.forgotten for part in parts.values()),
        unseen="; ".join(f"by {name} {part.unseen}" for name, part in parts.items() if part.unseen),
    )


def followed(requests: Iterable[Request]) -> Iterator[Request]:
    """Yield requests, each that a proxy passed on with the proxy's own as its `via`.

    They are one request if the method is the same and the times agree; of several the first of the same path.
    """
    passing: list[Request] = []
    # A proxy may tell its begin a little too late.
    for request in sorted(requests, key=lambda one: one.begin + (0 if one.upstreams else CLOCK)):
        if request.upstreams:
            passing += [request] * len(request.upstreams)
            yield request
            continue
        passing = [one for one in passing if one.until is None or one.until + CLOCK >= request.begin]
        fitting = [one for one in passing if _is_within(request, one)]
        fitting.sort(key=lambda one: one.path != request.path)
        if fitting:
            passing.remove(fitting[0])
        yield replace(request, via=fitting[0] if fitting else None)


def _is_within(request: Request, proxied: Request) -> bool:
    """Whether this may be what a proxy passed on."""
    late = proxied.until is not None and request.until is not None and request.until > proxied.until + CLOCK
    same_server = proxied.worker.split()[0] == request.worker.split()[0]
    return request.method == proxied.method and not late and not same_server


def _servers(name: str, value: object) -> Iterator[tuple[str, Server]]:
    if isinstance(value, Server):
        yield name, value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _servers(f"{name}[{key!r}]", one)
    elif isinstance(value, list | tuple):
        for place, one in enumerate(value):
            yield from _servers(f"{name}[{place}]", one)
