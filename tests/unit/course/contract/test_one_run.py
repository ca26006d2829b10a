"""Outputs of two runs on one page are seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from labapp.course.contract import LESSON_RULES, RUN, Book, check, digest, one_run
from labapp.course.lesson import new_cell, new_notebook

RULES = [rule for rule in LESSON_RULES if rule.__module__ == one_run.__name__]
LAUNCH = 'web = lab.launch("gunicorn app:app")'
SAID = "Listening at: http://127.0.0.1:41387 (2679)"
SHOWN = "gunicorn app:app\n  answers at http://127.0.0.1:41387; master 2679, 1 worker"


def ran(*cells: tuple[str, str]) -> Book:
    """Return a notebook of code cells that one run has given their outputs."""
    made = []
    for number, (source, said) in enumerate(cells, 1):
        cell = new_cell("code", source, f"cell-{number}", {})
        cell.execution_count = number
        result: dict[str, Any] = {"output_type": "execute_result", "execution_count": number, "metadata": {}}
        cell.outputs = [nbformat.from_dict(result | {"data": {"text/plain": said}})] if said else []
        made.append(cell)
    notebook = new_notebook(made, {})
    notebook.metadata[RUN] = digest(notebook)
    return Book(Path("notebooks/00-first.ipynb"), notebook)


def messages(book: Book) -> list[str]:
    return [violation.message for violation in check(book, RULES)]


def test_an_output_from_elsewhere_is_seen() -> None:
    book = ran(("1 + 1", "2"), ("2 + 2", "4"))
    assert messages(book) == []
    book.cells[1].outputs[0].data["text/plain"] = "5"
    assert messages(book) == ["its outputs are not those that one run wrote: run `make notebooks`"]


def test_a_result_with_another_number_is_seen() -> None:
    book = ran(("1 + 1", "2"), ("2 + 2", "4"))
    book.cells[1].outputs[0].execution_count = 7
    book.notebook.metadata[RUN] = digest(book.notebook)
    (violation,) = check(book, RULES)
    assert violation.number == 2
    assert "is number 2, and its result number 7" in violation.message


@pytest.mark.parametrize(
    ("shown", "message"),
    [
        (SHOWN.replace("41387", "42001"), "shows web with address 127.0.0.1:42001, and with 127.0.0.1:41387"),
        (SHOWN.replace("2679", "1615"), "shows web with master 1615, and with 2679 before"),
    ],
)
def test_a_server_that_changed_without_a_reason_is_seen(shown: str, message: str) -> None:
    assert messages(ran((LAUNCH, ""), ("print(web.log)", SAID), ("web", SHOWN))) == []
    (found,) = messages(ran((LAUNCH, ""), ("print(web.log)", SAID), ("web", shown)))
    assert message in found


@pytest.mark.parametrize(
    "between",
    [
        (LAUNCH, ""),  # Another server of that name.
        ("web.signal('USR2')", ""),
    ],
)
def test_a_new_master_with_a_reason_is_none_of_the_runs_faults(between: tuple[str, str]) -> None:
    renewed = SHOWN.replace("2679", "1615")
    assert messages(ran((LAUNCH, ""), ("web", SHOWN), between, ("web", renewed))) == []


def test_with_two_servers_in_a_cell_nobody_can_tell_whose_address_it_is() -> None:
    other = SHOWN.replace("41387", "42001")
    book = ran((LAUNCH, ""), ("with lab.nginx(CONFIG) as edge:\n    print(edge)", ""), ("web", SHOWN))
    assert messages(book) == []
    assert (
        messages(ran((LAUNCH, ""), ("edge = lab.nginx(C)", ""), ("web", SHOWN), ("edge, web", other))) == []
    )


MEASURED = ("took = seconds(web)\ntook", "0.34")


def test_a_figure_that_was_measured_once_and_is_shown_otherwise_later_is_seen() -> None:
    assert messages(ran(MEASURED, ("took", "0.34"))) == []
    assert messages(ran(MEASURED, ("took", "0.62"))) == [
        "shows took as 0.62, and as 0.34 before: run `make notebooks`"
    ]
    pair = ("rate = 5\nrate, took", "(5, 0.34)")
    (found,) = messages(ran(("took = seconds(web)", ""), pair, ("rate, took", "(5, 0.62)")))
    assert found.startswith("shows (rate, took) as (5, 0.62), and as (5, 0.34) before")


@pytest.mark.parametrize(
    "cells",
    [
        (MEASURED, ("took = seconds(web)", ""), ("took", "0.62")),  # Measured anew.
        (MEASURED, ("def again():\n    global took\n    took = 0.62", ""), ("took", "0.62")),
        (("seen = []\nseen", "[]"), ("ask(web)", ""), ("seen", "[1]")),  # Somebody has added to it.
        (("web.pid", "2679"), ("web.pid", "1615")),  # Not a value of the notebook's own.
        (("took = seconds(web)\nround(took, 1)", "0.3"), ("took", "0.34")),
    ],
)
def test_what_may_have_changed_may_be_shown_otherwise(cells: tuple[tuple[str, str], ...]) -> None:
    assert messages(ran(*cells)) == []
