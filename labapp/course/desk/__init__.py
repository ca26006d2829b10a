"""What JupyterLab asks of the course: its map, what a learner has done, a lesson's first state."""

from labapp.course.desk.course_map import course_map, find_course, note_visit
from labapp.course.desk.extension import (
    _jupyter_server_extension_points,
    _load_jupyter_server_extension,
)
from labapp.course.desk.first_state import Beginning, begin_anew
from labapp.course.desk.machinery import LEARNERS, MACHINERY
from labapp.course.desk.present import find_lesson

__all__ = [
    "LEARNERS",
    "MACHINERY",
    "Beginning",
    "_jupyter_server_extension_points",
    "_load_jupyter_server_extension",
    "begin_anew",
    "course_map",
    "find_course",
    "find_lesson",
    "note_visit",
]
