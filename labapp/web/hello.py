"""The smallest answers: one at once, one after a while."""

from __future__ import annotations

import time

from flask import Blueprint

from labapp.web.parameters import number
from labapp.web.text import Text

hello = Blueprint("hello", __name__)


@hello.get("/ping")
def ping() -> Text:
    """Answer at once."""
    return Text("pong")


@hello.get("/wait")
def wait() -> Text:
    """Hold the answer for ?seconds=3 (0 to 30), using no processor."""
    seconds = number("seconds", default=3, low=0, high=30)
    time.sleep(seconds)
    return Text(f"waited {seconds:g} s")
