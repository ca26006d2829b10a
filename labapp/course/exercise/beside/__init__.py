"""Hints, a solution and another check beside an outcome, at the press of a button."""

from labapp.course.exercise.beside.presses import Beside

__all__ = ["Beside"]
