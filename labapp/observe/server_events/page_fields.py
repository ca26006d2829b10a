"""What stands in a page, for whoever reads it."""

import struct

from labapp.observe.server_events.page_layout import FIELDS

ROW = struct.Struct(f"@{FIELDS}")
TEXT = struct.Struct("@II")
