"""One check, run in the learner's own process: in time, and with nothing left behind."""

from labapp.course.exercise.running.learner_frames import describe
from labapp.course.exercise.running.leftovers import Leftovers
from labapp.course.exercise.running.one_check import STUB, is_stub, run

__all__ = ["STUB", "Leftovers", "describe", "is_stub", "run"]
