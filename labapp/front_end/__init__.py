"""The front end around a notebook: the course's extension of JupyterLab, and whether it shows widgets.

It also says in which thread of a kernel their clicks are handled.

The extension's files lie in `data/` as an environment has them: an installation copies them, nobody has to
build them.
"""

from labapp.front_end.clicks import keep_clicks_on_their_own_thread
from labapp.front_end.extension import EXTENSIONS, NAME, stamp
from labapp.front_end.widgets import (
    NEEDED,
    VIEW,
    UnknownError,
    extensions_of,
    live_output,
    server_python,
)

__all__ = [
    "EXTENSIONS",
    "NAME",
    "NEEDED",
    "VIEW",
    "UnknownError",
    "extensions_of",
    "keep_clicks_on_their_own_thread",
    "live_output",
    "server_python",
    "stamp",
]
