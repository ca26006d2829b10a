"""Where what stands in a page.

First come rows, of which each is used again in its turn, then texts.
"""

from __future__ import annotations

import struct
import sys

SHARED = sys.platform == "linux"
"""Whether there is such memory here."""
ROWS = 32768
# Begin, target, port, status, end, and last the request's number, from 1 on: a row is there when it has the
# number that is next, and its request has ended unless the end is before the begin, which is one of a request
# that had the row earlier. Each field stands where the processor writes it at once.
FIELDS = "dIHhdQ"
ROW = struct.Struct(f"@{FIELDS}")
TEXTS = ROWS * ROW.size
TEXTS_SIZE = 1 << 20
# Before a text its number, which is its place, and its length.
TEXT = struct.Struct("@II")
TEXT_UNIT = 8
SIZE = TEXTS + TEXTS_SIZE
NONE = -1
"""The status of a request that nobody could answer."""
LOOK = b'["look"]'
"""The line that has the receiver look at a page again for a while."""


def encode_page(pid: int) -> bytes:
    """Return the line with which the descriptor of a page is sent."""
    return b'["page",%d]' % pid
