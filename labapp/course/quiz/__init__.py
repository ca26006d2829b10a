"""Questions in a lesson: what notebooks import."""

from labapp.course.folders import LessonError
from labapp.course.quiz.comparison import Comparison
from labapp.course.quiz.question import Prediction
from labapp.course.quiz.quiz import Asked, Quiz
from labapp.course.quiz.source import read_questions

__all__ = ["Asked", "Comparison", "LessonError", "Prediction", "Quiz", "read_questions"]
