"""What happened to one server, in one order of time: events, requests, and how to show them."""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.observe.timeline.events import LAB, OS, Event, ProcessLife
    from labapp.observe.timeline.lanes import (
        ENDED,
        OTHER,
        SIGNAL,
        STARTED,
        Bar,
        Kind,
        Lane,
        Note,
        fit,
        lanes_of,
    )
    from labapp.observe.timeline.process_records import REAPED, ProcessRecord, ProcessRecords
    from labapp.observe.timeline.requests import Request
    from labapp.observe.timeline.requests_under_way import RequestsUnderWay
    from labapp.observe.timeline.slice import Sent, TimelineSlice
    from labapp.observe.timeline.timeline import SHOWN, Timeline

__all__ = [
    "ENDED",
    "LAB",
    "OS",
    "OTHER",
    "REAPED",
    "SHOWN",
    "SIGNAL",
    "STARTED",
    "Bar",
    "Event",
    "Kind",
    "Lane",
    "Note",
    "ProcessLife",
    "ProcessRecord",
    "ProcessRecords",
    "Request",
    "RequestsUnderWay",
    "Sent",
    "Timeline",
    "TimelineSlice",
    "fit",
    "lanes_of",
]

__getattr__ = door(
    __name__,
    events="LAB OS Event ProcessLife",
    lanes="ENDED OTHER SIGNAL STARTED Bar Kind Lane Note fit lanes_of",
    process_records="REAPED ProcessRecord ProcessRecords",
    requests="Request",
    requests_under_way="RequestsUnderWay",
    slice="Sent TimelineSlice",
    timeline="SHOWN Timeline",
)
