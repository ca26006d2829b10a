"""Tells events from anything else that may be sent to the socket.

They are told apart without being read: thousands may come in a second, and whoever asks reads them.
"""

from __future__ import annotations

import re

_WHOLE = rb"(?:0|[1-9]\d{0,18})"
_TIME = rb"(?:0|[1-9]\d{0,11})\.\d{6}"
_OR_NULL = rb"(?:%b|null)" % _WHOLE
_PLAIN = rb"[ !#-\[\]-~]*"
WORDS = rb'"%b(?:\\(?:["\\bfnrt]|u[0-9a-f]{4})%b)*"' % (_PLAIN, _PLAIN)
"""A quoted text."""
_REQUEST = rb",".join((WORDS, _WHOLE, _WHOLE, WORDS, WORDS))
_MORE = {
    rb"begin": rb"," + _REQUEST,
    rb"end": rb"," + rb",".join((_REQUEST, _TIME, _OR_NULL)),
    rb"fork|reap": rb"," + _WHOLE,
    rb"ready": rb',"(?:master|worker)"',
    rb"count": rb"," + _WHOLE + rb"," + _OR_NULL,
    rb"abort|exit|reload|upgrade": rb"",
}
_EVENT = re.compile(
    rb"\[(?:%b)\]"
    % rb"|".join(
        rb'"(?:%b)",%b,%b,%b%b' % (kind, _TIME, _WHOLE, _WHOLE, more) for kind, more in _MORE.items()
    )
)


def is_event(data: bytes) -> bool:
    """Whether a line is an event: a known kind, a time, a pid, and all that belongs to its kind."""
    return _EVENT.fullmatch(data) is not None
