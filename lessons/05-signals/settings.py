"""Answers with what its environment says under two names."""

import os


def app(_environ, start_response):
    """Tell both."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    names = ("FROM_SHELL", "FROM_FILE")
    return [", ".join(f"{name} is {os.environ.get(name)}" for name in names).encode()]
