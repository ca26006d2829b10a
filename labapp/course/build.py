"""`python -m labapp build`: notebooks from lessons, executed, and the check that they still agree."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from labapp.course import sanitise
from labapp.course.compose import Page, compose
from labapp.course.contract import Book, check
from labapp.course.execute import ExecutionError, execute
from labapp.course.keep import keep
from labapp.course.normalise import normalise
from labapp.course.notebook import dumps, loads
from labapp.course.progress import Progress
from labapp.course.sanitise import Sanitiser
from labapp.course.source import SourceError, find_lessons

_SIDE_BY_SIDE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Build or check lessons; return 0 if all is well, 1 otherwise."""
    parser = argparse.ArgumentParser(
        prog="python -m labapp build", description="Build the notebooks from the lessons, and execute them."
    )
    parser.add_argument("names", nargs="*", metavar="lesson", help="such as 04; all if none is named")
    parser.add_argument("--check", action="store_true", help="execute nothing, see whether all agrees")
    parser.add_argument("--root", type=Path, default=Path(), help="the checkout (default: here)")
    arguments = parser.parse_args(argv)
    try:
        pages = _chosen(compose(find_lessons(arguments.root)), arguments.names)
        if arguments.check:
            return _check(pages)
        built = asyncio.run(_build(pages, Sanitiser.read(arguments.root / sanitise.FILE)))
        return max(_check(built), len(built) < len(pages))
    except (SourceError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


def _chosen(pages: list[Page], names: Sequence[str]) -> list[Page]:
    """Return the pages of the named lessons; a name may be a lesson's beginning. Raises SourceError."""
    for name in names:
        if not any(page.lesson.name.startswith(name) for page in pages):
            known = ", ".join(page.lesson.name for page in pages)
            raise SourceError(f"no lesson {name!r}: there are {known or 'none'}")
    return [page for page in pages if not names or page.lesson.name.startswith(tuple(names))]


def _check(pages: Sequence[Page]) -> int:
    """Print what breaks the contract; return 1 if anything does."""
    violations = [violation for page in pages for violation in check(Book.of(page))]
    for violation in violations:
        print(violation)
    print(f"{len(pages)} lessons checked, {len(violations)} violations of the contract", file=sys.stderr)
    return 1 if violations else 0


async def _build(pages: Sequence[Page], sanitiser: Sanitiser) -> list[Page]:
    """Execute and write every page, two at a time; return those that did not fail."""
    room = asyncio.Semaphore(_SIDE_BY_SIDE)
    with Progress(sys.stderr) as progress:

        async def one(page: Page) -> bool:
            async with room:
                name = page.lesson.name
                page.lesson.target.parent.mkdir(exist_ok=True)
                try:
                    await execute(page, lambda done, total: progress.step(name, done, total))
                except ExecutionError as error:
                    progress.done(name, f"failed\n\n{error}\n")
                    return False
                progress.done(name, _write(page, sanitiser))
                return True

        went_well = await asyncio.gather(*map(one, pages))
    return [page for page, well in zip(pages, went_well, strict=True) if well]


def _write(page: Page, sanitiser: Sanitiser) -> str:
    """Write a page's notebook unless the committed one says the same; return in words which it was."""
    target = page.lesson.target
    changed = sum(cell.cell_type == "code" for cell in page.notebook.cells)
    before = target.read_text(encoding="utf-8") if target.exists() else None
    if before is not None:
        changed = keep(page.notebook, loads(before), sanitiser)
    normalise(page.notebook, sanitiser.shorten)
    text = dumps(page.notebook)
    if text == before:
        return "unchanged"
    # A reader, or an interrupted build, never sees half a notebook.
    draft = target.with_suffix(".ipynb.new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(target)
    return f"written, {changed} outputs new or changed"


if __name__ == "__main__":
    sys.exit(main())
