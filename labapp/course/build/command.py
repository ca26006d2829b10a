"""`python -m labapp build`: notebooks from lessons and exercises, and the check that they still agree."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from labapp.course.build import sanitise
from labapp.course.build.execute import ExecutionError, execute
from labapp.course.build.keep import keep
from labapp.course.build.normalise import normalise
from labapp.course.build.notebook_sets import NotebookSet, notebook_sets
from labapp.course.build.progress import Progress
from labapp.course.build.sanitise import Sanitiser
from labapp.course.contract import RUN, digest
from labapp.course.folders import LessonError
from labapp.course.lesson import Page, SourceError, dumps, loads

_SIDE_BY_SIDE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Build or check lessons; return 0 if all is well, 1 otherwise."""
    parser = argparse.ArgumentParser(
        prog="python -m labapp build",
        description="Build the notebooks from the lessons and exercises, and execute them.",
    )
    parser.add_argument("names", nargs="*", metavar="lesson", help="such as 04; all if none is named")
    parser.add_argument("--check", action="store_true", help="execute nothing, see whether all agrees")
    parser.add_argument("--root", type=Path, default=Path(), help="the checkout (default: here)")
    arguments = parser.parse_args(argv)
    try:
        chosen = _chosen(notebook_sets(arguments.root), arguments.names)
        if arguments.check:
            return _check(chosen)
        built = asyncio.run(_build(chosen, Sanitiser.read(arguments.root / sanitise.FILE)))
        return max(_check(built), built != chosen)
    except (SourceError, LessonError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


def _chosen(every: list[NotebookSet], names: Sequence[str]) -> list[NotebookSet]:
    """Return the notebooks of the named lessons; a name may be a lesson's beginning. Raises SourceError."""
    known = sorted({page.lesson.name for kind in every for page in kind.pages})
    for name in names:
        if not any(one.startswith(name) for one in known):
            raise SourceError(f"no lesson {name!r}: there are {', '.join(known) or 'none'}")
    return _only(every, lambda page: not names or page.lesson.name.startswith(tuple(names)))


def _only(every: Sequence[NotebookSet], wanted: Callable[[Page], bool]) -> list[NotebookSet]:
    return [replace(kind, pages=[page for page in kind.pages if wanted(page)]) for kind in every]


def _check(chosen: Sequence[NotebookSet]) -> int:
    """Print what breaks the contract; return 1 if anything does."""
    checked = [kind.check(page) for kind in chosen for page in kind.pages]
    violations = [violation for found in checked for violation in found]
    for violation in violations:
        print(violation)
    print(f"{len(checked)} notebooks checked, {len(violations)} violations of the contract", file=sys.stderr)
    return 1 if violations else 0


async def _build(chosen: Sequence[NotebookSet], sanitiser: Sanitiser) -> list[NotebookSet]:
    """Execute what is to be, two at a time, and write every page; return those that did not fail."""
    room = asyncio.Semaphore(_SIDE_BY_SIDE)
    failed: set[str] = set()
    with Progress(sys.stderr) as progress:

        async def one(page: Page, executed: bool) -> None:
            page.lesson.target.parent.mkdir(exist_ok=True)
            if executed:
                async with room:
                    try:
                        await execute(page, lambda done, total: progress.step(page.name, done, total))
                    except ExecutionError as error:
                        progress.done(page.name, f"failed\n\n{error}\n")
                        failed.add(page.name)
                        return
            progress.done(page.name, _write(page, sanitiser))

        await asyncio.gather(*(one(page, each.executed) for each in chosen for page in each.pages))
    return _only(chosen, lambda page: page.name not in failed)


def _write(page: Page, sanitiser: Sanitiser) -> str:
    """Write a page's notebook unless the committed one says the same; return in words which it was."""
    target = page.lesson.target
    changed = sum(cell.cell_type == "code" for cell in page.notebook.cells)
    ran = any(cell.get("execution_count") for cell in page.notebook.cells)
    before = target.read_text(encoding="utf-8") if target.exists() else None
    normalise(page.notebook, sanitiser.shorten)
    if before is not None:
        changed = keep(page.notebook, loads(before), sanitiser)
    if ran:
        page.notebook.metadata[RUN] = digest(page.notebook)
    text = dumps(page.notebook)
    if text == before:
        return "unchanged"
    # A reader, or an interrupted build, never sees half a notebook.
    draft = target.with_suffix(".ipynb.new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(target)
    return f"written, {changed} outputs new or changed" if ran else "written"


if __name__ == "__main__":
    sys.exit(main())
