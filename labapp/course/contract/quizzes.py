"""What a lesson must do with its quiz.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from labapp.course.contract.book import Book, Finding
from labapp.course.contract.code import parse
from labapp.course.folders import QUIZ
from labapp.course.quiz import Prediction, read_questions


def asks_every_question_once(book: Book) -> Iterator[Finding]:
    """Every question of the quiz.md is asked once, and no other; LessonError if it cannot be read."""
    source = book.page.lesson.source.parent / QUIZ if book.page else None
    declared = list(read_questions(source)) if source and source.is_file() else []
    asked: set[str] = set()
    for index, name in _called(book, "quiz"):
        if name not in declared:
            yield index, f"asks {name!r}, which {QUIZ} does not"
        elif name in asked:
            yield index, f"asks {name!r} a second time"
        asked.add(name)
    for name in declared:
        if name not in asked:
            yield None, f"never asks {name!r} of its {QUIZ}"


def compares_every_prediction(book: Book) -> Iterator[Finding]:
    """What was predicted is shown beside what is measured, later on."""
    source = book.page.lesson.source.parent / QUIZ if book.page else None
    if source is None or not source.is_file():
        return
    asked = {name: index for index, name in _called(book, "quiz")}
    compared = {name: index for index, name in _called(book, "quiz.compare")}
    for name, question in read_questions(source).items():
        predicted = isinstance(question, Prediction) and name in asked
        if predicted and compared.get(name, -1) <= asked[name]:
            yield asked[name], f"asks for a prediction that no later quiz.compare({name!r}, …) takes up"


def _called(book: Book, function: str) -> Iterator[tuple[int, str]]:
    """Yield cell and first argument of every call of `function`, in order."""
    for index, cell in book.code():
        for node in ast.walk(parse(cell.source) or ast.Module([], [])):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == function and node.args:
                first = node.args[0]
                yield index, str(first.value) if isinstance(first, ast.Constant) else ast.unparse(first)
