"""Counts its own visits for Prometheus, in one process or, where a directory for it is named, in several."""

import os

from flask import Response
from prometheus_client import CollectorRegistry, Counter, generate_latest, multiprocess

from labapp import create_app

VISITS = Counter("shop_visits", "Visits of the shop.")


def build():
    """Return the application with a page that counts and one that tells."""
    app = create_app()

    @app.get("/shop")
    def shop():
        """Count a visit."""
        VISITS.inc()
        return "welcome"

    @app.get("/metrics")
    def metrics():
        """Tell what was counted: by this process, or by all of them."""
        return Response(generate_latest(*registries()), mimetype="text/plain")

    return app


def registries():
    """Return the registry of all processes, where they keep one; else none."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return []
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return [registry]
