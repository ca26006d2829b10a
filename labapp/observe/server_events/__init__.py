"""What a server's own processes say of themselves: events, their way by socket or memory, and back.

An event is sent as a line (`encode`, `event_sender`). The sampler receives datagrams of one or more lines
(`datagrams`), tells events from other lines (`recognise`) and hands them on unread. An application that tells
of its own requests writes them into memory instead (`page_layout`, `page_writer`), which the sampler looks at
(`page_fields`, `page_reader`). The notebook makes named values of both (`decode`, `events`, `request_ends`).
"""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.observe.server_events.datagrams import Datagrams, listen_for_events
    from labapp.observe.server_events.decode import decode_events
    from labapp.observe.server_events.encode import (
        LONGEST,
        SOCKET_KIND,
        encode_asked,
        encode_fork,
        encode_notice,
        encode_ready,
        encode_reap,
        encode_request,
        encode_request_begin,
        encode_request_end,
        encode_worker_count,
    )
    from labapp.observe.server_events.event_sender import GATHER, EventSender, status_of
    from labapp.observe.server_events.events import (
        CONNECTION,
        UNITS,
        Fork,
        Notice,
        Ready,
        Reap,
        RequestBegin,
        RequestEnd,
        RequestEvent,
        ServerEvent,
        WorkerCount,
        cached,
        serves_one,
        upstreams,
    )
    from labapp.observe.server_events.page_layout import (
        LOOK,
        NONE,
        ROWS,
        SHARED,
        encode_page,
    )
    from labapp.observe.server_events.page_writer import Column, PageWriter
    from labapp.observe.server_events.recognise import is_event
    from labapp.observe.server_events.request_ends import RequestEnds, flat

__all__ = [
    "CONNECTION",
    "GATHER",
    "LONGEST",
    "LOOK",
    "NONE",
    "ROWS",
    "SHARED",
    "SOCKET_KIND",
    "UNITS",
    "Column",
    "Datagrams",
    "EventSender",
    "Fork",
    "Notice",
    "PageWriter",
    "Ready",
    "Reap",
    "RequestBegin",
    "RequestEnd",
    "RequestEnds",
    "RequestEvent",
    "ServerEvent",
    "WorkerCount",
    "cached",
    "decode_events",
    "encode_asked",
    "encode_fork",
    "encode_notice",
    "encode_page",
    "encode_ready",
    "encode_reap",
    "encode_request",
    "encode_request_begin",
    "encode_request_end",
    "encode_worker_count",
    "flat",
    "is_event",
    "listen_for_events",
    "serves_one",
    "status_of",
    "upstreams",
]

__getattr__ = door(
    __name__,
    datagrams="Datagrams listen_for_events",
    decode="decode_events",
    encode="LONGEST SOCKET_KIND encode_asked encode_fork encode_notice encode_ready encode_reap"
    " encode_request encode_request_begin encode_request_end encode_worker_count",
    event_sender="GATHER EventSender status_of",
    events="CONNECTION UNITS Fork Notice Ready Reap RequestBegin RequestEnd RequestEvent ServerEvent"
    " WorkerCount cached serves_one upstreams",
    page_layout="LOOK NONE ROWS SHARED encode_page",
    page_writer="Column PageWriter",
    recognise="is_event",
    request_ends="RequestEnds flat",
)
