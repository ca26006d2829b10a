"""A server that asks one application once, and closes its answer."""

from __future__ import annotations

from typing import Any
from wsgiref.util import setup_testing_defaults


def ask(layer: Any, path: str = "/", **environ: Any) -> list[bytes]:
    asked = {"PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": "", **environ}
    setup_testing_defaults(asked)
    answered = layer(asked, lambda status, headers, exc_info=None: lambda data: None)
    try:
        return list(answered)
    finally:
        getattr(answered, "close", bool)()
