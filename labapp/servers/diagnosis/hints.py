"""What was meant by a module, or by a name in one, that a server says is not there."""

import re
from pathlib import Path

from labapp.servers.diagnosis.modules import close_modules, offered

_NOT_IMPORTED = re.compile(
    r"Could not import (?:module )?['\"]([\w.]+)['\"]|No module named '([\w.]+)'"
    r"|'(?:[aw]sgi:)?([\w.]+):[\w.]+', module not found"
)
_NOT_OFFERED = re.compile(
    r"application or factory in module '([\w.]+)'|module '([\w.]+)' has no attribute"
    r"|[Aa]ttribute ['\"]\w+['\"] (?:not found )?in (?:module )?['\"]([\w.]+)['\"]"
    r"|'(?:[aw]sgi:)?([\w.]+):[\w.]+', application not found|Import string \"([\w.]+?)(?:\.py)?\" must be"
)


def not_imported(said: str) -> str:
    """Return the module that could not be imported, as a server says it; empty if it says no such thing."""
    found = _NOT_IMPORTED.search(said)
    return next(filter(None, found.groups())) if found else ""


def meant(said: str, cwd: Path) -> str:
    """Return what to try, in place of a name that was not found; empty if that is not known."""
    if module := not_imported(said):
        close = close_modules(module, cwd)
        return f"did you mean {' or '.join(close)}?" if close else ""
    if not (found := _NOT_OFFERED.search(said)):
        return ""
    module = next(filter(None, found.groups()))
    names = offered(module, cwd)
    return f"the module offers {' and '.join(f'{module}:{name}' for name in names)}." if names else ""
