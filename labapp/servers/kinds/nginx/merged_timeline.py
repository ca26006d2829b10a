"""One order of time for Nginx and the servers behind it: there a request is seen to pass between them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from labapp.observe.timeline import TimelineSlice
from labapp.servers.server import Server


def behind(names: Mapping[str, object]) -> dict[str, Server]:
    """Return the servers among what a configuration was given, each by the name it has there."""
    return dict(found for name, value in names.items() for found in _servers(name, value))


def joined(parts: Mapping[str, TimelineSlice]) -> TimelineSlice:
    """Return what happened in several servers; each process is called by its server's name and its label."""
    all_events = (
        event._replace(who=f"{name} {event.who}") for name, part in parts.items() for event in part.events
    )
    events = tuple(sorted(all_events, key=lambda event: event.at))
    all_served = (
        replace(request, worker=f"{name} {request.worker}")
        for name, part in parts.items()
        for request in part.served
    )
    known = [part for part in parts.values() if part.events]
    return TimelineSlice(
        events,
        tuple(sorted(all_served, key=lambda request: request.begin)),
        tuple(replace(life, who=f"{name} {life.who}") for name, part in parts.items() for life in part.lives),
        min((part.begin for part in known), default=0.0),
        max((part.end for part in known), default=0.0),
        dropped=sum(part.dropped for part in parts.values()),
        malformed=sum(part.malformed for part in parts.values()),
        forgotten=sum(part.forgotten for part in parts.values()),
        unseen="; ".join(f"by {name} {part.unseen}" for name, part in parts.items() if part.unseen),
    )


def _servers(name: str, value: object) -> Iterator[tuple[str, Server]]:
    if isinstance(value, Server):
        yield name, value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _servers(f"{name}[{key!r}]", one)
    elif isinstance(value, list | tuple):
        for place, one in enumerate(value):
            yield from _servers(f"{name}[{place}]", one)
