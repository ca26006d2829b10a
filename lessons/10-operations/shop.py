"""A shop that tells its version, and whether visitors may be sent to it."""

import logging
import os
from pathlib import Path

from json_log import JsonLines

from labapp import create_app


def build():
    """Return the application."""
    app = create_app()

    @app.get("/version")
    def version():
        """Tell which version answers."""
        return os.environ.get("VERSION", "1")

    @app.get("/live")
    def live():
        """Answer, if anything here can."""
        return "alive"

    @app.get("/ready")
    def ready():
        """Say whether what it needs is there, and that it is not about to leave."""
        needed = [Path(name) for name in os.environ.get("NEEDS", "").split()]
        leaving = Path(os.environ.get("DRAIN", "/nonexistent")).exists()
        return ("ready", 503 if leaving or not all(path.exists() for path in needed) else 200)

    @app.get("/order")
    def order():
        """Write a line into the application's own log."""
        app.logger.info("an order was placed")
        return {"order": "placed"}

    log_lines(app)
    return app


def log_lines(app):
    """Have the application's log written as lines of JSON."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    app.logger.handlers = [handler]
    app.logger.propagate = False
    app.logger.setLevel(logging.INFO)
