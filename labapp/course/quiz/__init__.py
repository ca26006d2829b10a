"""Questions in a lesson: what notebooks import."""

from labapp.course.folders import LessonError
from labapp.course.quiz.comparison import Comparison
from labapp.course.quiz.quiz import Asked, Quiz

__all__ = ["Asked", "Comparison", "LessonError", "Quiz"]
