"""Application Servers, Live: the application that the course serves, and the lab that serves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

__version__ = "0.1.0"


def create_app(**config: Any) -> Flask:
    """Return a new, independent Flask application; `config` overrides its configuration."""
    # Imported here so that the lab, which only starts servers, does not pay for Flask.
    from labapp.web.app import build  # noqa: PLC0415

    return build(**config)
