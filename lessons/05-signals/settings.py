"""Answers with what its environment says under three names."""

import os


def app(_environ, start_response):
    """Tell all three."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    names = ("FROM_SHELL", "FROM_FILE", "FROM_MODULE")
    return [", ".join(f"{name} is {os.environ.get(name)}" for name in names).encode()]
