"""The application that the image carries: a page, and what a health check asks for."""

import os

from flask import Flask

app = Flask(__name__)


@app.get("/")
def page() -> str:
    """Say which process answers, as it knows itself: in a container its pids begin at 1."""
    return f"worker {os.getpid()} of master {os.getppid()}\n"


@app.get("/health")
def health() -> str:
    """Say that it lives: no database, no file, nothing that another service could break."""
    return "ok\n"
