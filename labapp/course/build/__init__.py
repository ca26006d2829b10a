"""Building: notebooks composed from lessons, executed, and checked against their contract."""

from labapp.course.build.command import main

__all__ = ["main"]
