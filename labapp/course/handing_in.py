"""What learners hand in, their record in one file, and what an instructor reads from a folder of them."""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from labapp.course import exercise
from labapp.course.state import FILE, open_state, parse_record, part

Row = tuple[str, ...]


def progress(arguments: Sequence[str] | None = None) -> int:
    """Print what is done of the exercises; with `--save`, write the record that is handed in. Returns 0."""
    parser = argparse.ArgumentParser(
        prog="python -m labapp progress",
        description="Show which exercises you have passed, and write the file that an instructor asks for.",
    )
    parser.add_argument("--save", metavar="FILE", type=Path, help="copy the record there: ada.json, say")
    options = parser.parse_args(arguments)
    print(exercise.progress())
    if options.save is None:
        return 0
    state = open_state()
    if state.path is None or not state.path.is_file():
        parser.error(state.trouble or "nothing is recorded yet: check an answer of an exercise first")
    if options.save.exists():
        parser.error(f"{options.save} is there already: name another file, or remove it")
    try:
        shutil.copyfile(state.path, options.save)
    except OSError as error:
        parser.error(f"{options.save} cannot be written: {error.strerror}")
    print(f"Written to {options.save}: what was checked and its outcome, none of the answers.")
    return 0


@dataclass(frozen=True, slots=True)
class Learner:
    """One who has handed in: for each lesson how many questions were passed, or why that cannot be read."""

    name: str
    passed: tuple[int, ...] = ()
    trouble: str = ""


def class_table(arguments: Sequence[str] | None = None) -> int:
    """Print how far each learner of a folder is; return 1 if a file could not be read."""
    parser = argparse.ArgumentParser(
        prog="python -m labapp class",
        description="Show how far a class is, from a folder of the files that `progress --save` writes: "
        "one for each learner (ada.json), or a folder each (ada/progress.json).",
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--csv", action="store_true", help="as comma-separated values, for a spreadsheet")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        parser.error(f"{options.folder} is no folder")
    records = sorted([*options.folder.glob("*.json"), *options.folder.glob(f"*/{FILE}")])
    if not records:
        parser.error(f"{options.folder} holds neither NAME.json nor NAME/{FILE}")
    totals = {line.lesson: len(line.done) for line in exercise.progress().lines}
    learners = [read_learner(path, totals) for path in records]
    if options.csv:
        csv.writer(sys.stdout, lineterminator="\n").writerows(as_values(learners, totals))
    else:
        print(as_text(learners, totals))
    return 1 if any(learner.trouble for learner in learners) else 0


def read_learner(path: Path, lessons: Iterable[str]) -> Learner:
    """Return what a file that was handed in says of these lessons; the file is left as it is."""
    name = path.parent.name if path.name == FILE else path.stem
    try:
        record = parse_record(path.read_bytes())
    except OSError as error:
        return Learner(name, trouble=f"cannot be read: {error.strerror}")
    except ValueError as error:
        return Learner(name, trouble=f"is no record of the course: {error}")
    return Learner(name, tuple(exercise.passed(part(record, lesson)) for lesson in lessons))


def as_values(learners: Sequence[Learner], totals: dict[str, int]) -> list[Row]:
    """Return rows for a spreadsheet: a head, then a learner each, with how many questions were passed."""
    head = ("learner", *totals, "passed", "of", "trouble")
    return [head, *(_values(learner, totals) for learner in learners)]


def _values(learner: Learner, totals: dict[str, int]) -> Row:
    passed = [str(number) for number in learner.passed] or [""] * len(totals)
    return (
        learner.name,
        *passed,
        str(sum(learner.passed)) if learner.passed else "",
        str(sum(totals.values())),
        learner.trouble,
    )


def as_text(learners: Sequence[Learner], totals: dict[str, int]) -> str:
    """Return the class as a table: a row for each learner, a column for each lesson, who passed all below."""
    rows = [("", *(lesson[:2] for lesson in totals), "in all")]
    rows += [
        (learner.name, *map(str, learner.passed), str(sum(learner.passed)))
        for learner in learners
        if not learner.trouble
    ]
    rows.append(("questions", *map(str, totals.values()), str(sum(totals.values()))))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows
    ]
    return "\n".join([*lines, *(f"{one.name}: {one.trouble}" for one in learners if one.trouble)])
