"""Where what stands in a page.

First come rows, of which each is used again in its turn, then texts. What would unpack them is not here: a
server that writes has no need of it, and would wait for it when it starts.
"""

from __future__ import annotations

import sys

SHARED = sys.platform == "linux"
"""Whether there is such memory here."""
ROWS = 32768
# Begin, target, port, status, end, and last the request's number, from 1 on: a row is there when it has the
# number that is next, and its request has ended unless the end is before the begin, which is one of a request
# that had the row earlier. Each field stands where the processor writes it at once.
FIELDS = "dIHhdQ"
ROW_SIZE = 32
TEXTS = ROWS * ROW_SIZE
TEXTS_SIZE = 1 << 20
# Before a text its number, which is its place, and its length.
TEXT_FIELD = 4
TEXT_HEAD = 2 * TEXT_FIELD
TEXT_UNIT = 8
SIZE = TEXTS + TEXTS_SIZE
NONE = -1
"""The status of a request that nobody could answer."""
LOOK = b'["look"]'
"""The line that has the receiver look at a page again for a while."""


def encode_page(pid: int) -> bytes:
    """Return the line with which the descriptor of a page is sent."""
    return b'["page",%d]' % pid
