"""One request as Nginx tells it: a line of its access log, sent to a unix socket in the format of syslog.

Nginx writes the line when the request has ended, and sends it without waiting: what does not fit into the
socket's queue is lost, and Nginx does not say so. Therefore it also writes an empty line to a file, which
counts. A datagram is at most as long as the headers that Nginx takes. The time is that of the wall clock, to
the millisecond.
"""

import json
import re

from labapp.observe.server_events import LONGEST, encode_request, encode_request_end

FORMATS = """\
log_format labapp escape=json
    '$msec $request_time $pid $status $connection $remote_port '
    '["c$connection $upstream_cache_status;$upstream_addr","$request_method","$request_uri"]';
log_format labapp_count '';"""
# What syslog puts before the message is priority, date and tag.
_LINE = re.compile(
    rb"<\d{1,3}>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (?:[^ ]+ )?labapp: "
    rb"(\d{1,12}\.\d{3}) (\d{1,12}\.\d{3}) (\d{1,18}) (\d{3}) (\d{1,18}) (\d{0,5}) (\[.*\])",
    re.DOTALL,
)
# Most need no decoding.
_TEXTS = re.compile(rb'\["([ !#-\[\]-~]*)","([ !#-\[\]-~]*)","([ !#-\[\]-~]*)"\]')


def event(datagram: bytes, lost: int, shift: float) -> bytes:
    """Return a request as an event for the sampler; `ValueError` if it is no line of the lab's.

    `lost` is how many were lost before it; `shift` is the wall's clock less that of the events. The unit of
    the event names the connection, what the cache had, and the upstreams that were asked.
    """
    if not (line := _LINE.fullmatch(datagram)):
        raise ValueError(f"This is no line of the lab's access log: {datagram[:80]!r}.")
    at, duration, pid, status, connection, port, texts = line.groups()
    unit, method, target = _texts(texts)
    about = encode_request(unit.removesuffix(" ;"), int(connection), int(port or 0), method, target[:LONGEST])
    ended = float(at) - shift
    begun = ended - float(duration)
    return encode_request_end(ended, int(pid), lost, about, begun, int(status) or None).encode()


def _texts(array: bytes) -> list[str]:
    """Return the three texts of a JSON array: a client may send any bytes, and Nginx hands them on."""
    if plain := _TEXTS.fullmatch(array):
        return list(map(bytes.decode, plain.groups()))
    found = json.loads(array.decode(errors="replace"))
    if len(found) != 3:
        raise ValueError(f"Three texts were expected, and {len(found)} came.")
    return [str(text).replace("\x7f", "\ufffd") for text in found]
