"""The preflight: whether this machine has what the lessons need, and the command that mends what it lacks."""

from labapp.course.doctor.preflight import main, report

__all__ = ["main", "report"]
