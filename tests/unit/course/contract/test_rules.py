"""Every rule is broken once, alone: it says so, and names the file and the cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
import pytest

from labapp.course.contract import (
    EXERCISE_RULES,
    GLOSSARY_RULES,
    LESSON_RULES,
    SOLUTION_RULES,
    Book,
    Rule,
    check,
    drift,
    glossary,
    one_run,
    quizzes,
    sections,
)
from labapp.course.contract.drift import says_what_the_lesson_says
from labapp.course.lesson import Page, dumps, new_cell

# Cells are changed in the built notebook, which is drift, and drift has its own tests below.
# Quizzes, the glossary and what one run wrote have tests of their own.
ELSEWHERE = (drift.__name__, quizzes.__name__, glossary.__name__, one_run.__name__)
OTHERS = [rule for rule in LESSON_RULES if rule.__module__ not in ELSEWHERE]


def find(book: Book, start: str) -> Any:
    """Return the cell that begins so."""
    return next(cell for cell in book.notebook.cells if cell.source.startswith(start))


def replace(book: Book, start: str, old: str, new: str) -> None:
    cell = find(book, start)
    assert old in cell.source
    cell.source = cell.source.replace(old, new)


def insert(
    book: Book, before: str, kind: str, source: str, outputs: list[dict[str, Any]] | None = None
) -> None:
    """Insert a cell; a code cell as one that ran, the counts after it moved on."""
    cell = new_cell(kind, source, "inserted", {"slideshow": {"slide_type": "fragment"}})
    book.notebook.cells.insert(book.notebook.cells.index(find(book, before)), cell)
    if kind == "code":
        cell.outputs = nbformat.from_dict(outputs or [])
        count_anew(book)


def count_anew(book: Book) -> None:
    for count, (_, cell) in enumerate(book.code(), start=1):
        cell.execution_count = count


def code(source: str) -> Callable[[Book], None]:
    return lambda book: insert(book, "### More", "code", source)


def prose(source: str) -> Callable[[Book], None]:
    return lambda book: insert(book, "### More", "markdown", source)


def output(**data: str) -> Callable[[Book], None]:
    shown = {"output_type": "display_data", "metadata": {}, "data": data}
    return lambda book: insert(book, "### More", "code", "show()", [shown])


def printed(text: str) -> Callable[[Book], None]:
    shown = {"output_type": "stream", "name": "stdout", "text": text}
    return lambda book: insert(book, "### More", "code", "show()", [shown])


def drop_count(book: Book) -> None:
    find(book, "1 + 1").execution_count = None


def skip_a_count(book: Book) -> None:
    find(book, "assert lab").execution_count = 9


def untag_the_error(book: Book) -> None:
    del find(book, "1 / 0").metadata["tags"]


def swallow_the_error(book: Book) -> None:
    find(book, "1 / 0").outputs = [
        nbformat.from_dict({"output_type": "stream", "name": "stdout", "text": "none"})
    ]


def tag(start: str, name: str) -> Callable[[Book], None]:
    return lambda book: find(book, start).metadata.update(tags=[name])


def change(start: str, old: str, new: str) -> Callable[[Book], None]:
    return lambda book: replace(book, start, old, new)


def lose(start: str) -> Callable[[Book], None]:
    def losing(book: Book) -> None:
        book.notebook.cells.remove(find(book, start))
        count_anew(book)

    return losing


def silence(start: str) -> Callable[[Book], None]:
    return lambda book: find(book, start).update(outputs=[])


def swap_closing(book: Book) -> None:
    cells = book.notebook.cells
    one, other = cells.index(find(book, "## What you saw")), cells.index(find(book, "## In practice"))
    cells[one], cells[other] = cells[other], cells[one]


def unslide(book: Book) -> None:
    del find(book, "1 + 1").metadata["slideshow"]


def second_measurement(book: Book) -> None:
    tag("1 + 1", "nbval-ignore-output")(book)
    replace(book, "1 + 1", "1 + 1", "1 + 1\nassert True")


def measurement_without_claim(book: Book) -> None:
    replace(book, "import time", "assert time.monotonic() > 0", "print(2)")


def attach(book: Book) -> None:
    prose("![a sum](attachment:sum.png)")(book)


def bitmap(book: Book) -> None:
    output(**{"image/png": "iVBORw0KGgo=", "text/plain": "a picture"})(book)


def pause_in_what_is_folded(book: Book) -> None:
    replace(book, "## Failing", "## Failing", "## Failing (optional)")
    insert(book, "## What you saw", "markdown", "Enough.\n\n> **Pause.** You can stop here.")


def needs_what_is_left_out(book: Book) -> None:
    replace(book, "## Failing", "## Failing", "## Failing (optional)")
    insert(book, "1 / 0", "code", "total = 1 + 2\nlab = lab")
    insert(book, 'quiz("one")', "code", "total + 1")


def much_longer(book: Book) -> None:
    replace(book, "# A first", "3 minutes", "62 minutes")
    replace(book, "## Adding", "*2 minutes", "*61 minutes")


NINETY_SEVEN = "x = " + "1" * 93

BROKEN: list[tuple[str, Callable[[Book], None], str, str]] = [
    ("unexecuted", drop_count, "1 + 1", "was never executed"),
    ("gap in the counts", skip_a_count, "assert lab", "has execution count 9 where 8 is due"),
    ("unannounced error", untag_the_error, "1 / 0", "shows ZeroDivisionError and is not tagged"),
    ("announced, no error", swallow_the_error, "1 / 0", "is tagged raises-exception and shows no error"),
    ("too many measurements", second_measurement, "import time", "is one of 2 tagged nbval-ignore-output"),
    ("measurement, no claim", measurement_without_claim, "import time", "asserts anything"),
    ("skipped", tag("1 + 1", "nbval-skip"), "1 + 1", "is tagged nbval-skip"),
    (
        "comment marker",
        code("# NBVAL_IGNORE_OUTPUT\nx = 1"),
        "# NBVAL",
        "has the comment NBVAL_IGNORE_OUTPUT",
    ),
    ("no title", change("# A first", "# A first", "A first"), "A first", "must begin with the title"),
    ("two titles", prose("# Another"), "# Another", "a second # heading"),
    ("no table", change("# A first", "| You need |", "| You want |"), "", "lacks the table"),
    ("empty column", change("# A first", "two numbers", ""), "", "says nothing under “You need”"),
    ("time without unit", change("# A first", "3 minutes", "short"), "", "opening table's Time is 'short'"),
    (
        "time of no exercises",
        change("# A first", "3 minutes", "3 minutes of reading, 5 of exercises"),
        "",
        "says how long exercises take, and there are none",
    ),
    ("pause out of sight", pause_in_what_is_folded, "Enough", "within a section or in a folded one"),
    (
        "needed, and left out",
        needs_what_is_left_out,
        "total + 1",
        "uses `total`, which only “Failing (optional)”",
    ),
    ("more than an hour", much_longer, "", "takes 62 minutes of reading without its optional sections"),
    ("pause in the middle", prose("> **Pause.** Rest."), "> **Pause", "place to pause within a section"),
    (
        "section without minutes",
        change("## Failing", "*1 minute.* ", ""),
        "## Failing",
        "does not begin with its time",
    ),
    ("minutes that do not add up", change("## Failing", "*1 minute", "*7 minute"), "", "9 minutes together"),
    (
        "section that ends in silence",
        silence("import time"),
        "import time",
        "ends in a cell that shows nothing",
    ),
    ("section without code", lose("1 / 0"), "## Failing", "it has no code cell"),
    (
        "no prediction",
        change("**Predict:**", "**Predict:** what is", "What is"),
        "",
        "asks for no prediction",
    ),
    ("prediction without question", change("**Predict:**", "?", "."), "**Predict", "without a question"),
    (
        "prediction without run",
        lambda book: insert(book, "1 + 1", "markdown", "Something else first."),
        "**Predict",
        "that no code cell follows",
    ),
    ("no What you saw", lose("## What you saw"), "", "lacks the section ## What you saw"),
    ("no In practice", lose("## In practice"), "", "lacks the section ## In practice"),
    ("no Quiz", lose("## Quiz"), "", "lacks the section ## Quiz"),
    ("closing out of order", swap_closing, "", "it closes with In practice, What you saw, Quiz, Clean up"),
    ("two questions", lose('quiz("three")'), "## Quiz", "the quiz asks 2 questions, at least 3 are due"),
    ("no Clean up", lose("## Clean up"), "", "lacks the section ## Clean up"),
    (
        "clean up asserts nothing",
        change("assert lab", "assert", "lab or"),
        "lab or",
        "must end in `assert lab.servers()",
    ),
    ("nothing leads on", lose("[Contents]"), "", "must end in the generated links"),
    ("no slide type", unslide, "1 + 1", "has slide type None"),
    ("dead link", prose("[x](02-third.ipynb)"), "[x]", "links to 02-third.ipynb: no such file"),
    ("dead anchor", prose("[x](#Nowhere)"), "[x]", "no such heading in 00-first.ipynb"),
    (
        "dead anchor elsewhere",
        prose("[x](01-second.ipynb#Adding)"),
        "[x]",
        "no such heading in 01-second.ipynb",
    ),
    ("dead HTML link", prose('<a href="02.md">x</a>'), "<a href", "links to 02.md: no such file"),
    ("link from the root", prose("[x](/proxy/80/)"), "[x]", "a path from the root"),
    ("link to this machine", prose("<http://127.0.0.1:8000/>"), "<http", "on another machine"),
    ("dead attachment", attach, "![a sum]", "which is not attached"),
    ("exclamation", prose("All is well!"), "All is", "exclaims: “All is well!”"),
    ("exclamation in HTML", prose("<p>All is <b>well!</b></p>"), "<p>", "exclaims"),
    ("long line", prose("word " * 25), "word", "has a line of 125 characters, at most 120"),
    ("long code", code(NINETY_SEVEN), "x =", "has a line of 97 characters, at most 96"),
    ("picture without words", prose("![](../lessons/00-first/lesson.md)"), "![]", "without alternative text"),
    (
        "img without alt",
        prose('<img src="../lessons/00-first/lesson.md">'),
        "<img",
        "without alternative text",
    ),
    ("SVG without title", output(**{"image/svg+xml": "<svg><g/></svg>"}), "show()", "shows an SVG without"),
    (
        "SVG in HTML without title",
        output(**{"text/html": "<p><svg></svg></p>"}),
        "show()",
        "shows an SVG without",
    ),
    ("bitmap without alt", bitmap, "show()", "shows an output image/png without"),
    ("sleep", code("import time\ntime.sleep(0.1)"), "import time\ntime.sl", "sleeps (time.sleep(0.1))"),
    ("sleep by another name", code("from time import sleep as nap\nnap(1)"), "from time", "sleeps (nap(1))"),
    ("sleep in a magic", code("%time time.sleep(1)"), "%time", "sleeps (time.sleep(1))"),
    (
        "clear_output",
        code("from IPython.display import clear_output\nclear_output()"),
        "from IPython",
        "clear_output",
    ),
    ("print in a thread", code("Thread(target=print, args=(1,))"), "Thread", "prints from a thread (print)"),
    (
        "print in a lambda",
        code("pool.submit(lambda: print(1))"),
        "pool",
        "prints from a thread (lambda: print(1))",
    ),
    (
        "printing function",
        code("def f():\n    print(1)\nThread(target=f)"),
        "def f",
        "prints from a thread (f)",
    ),
    (
        "a home in prose",
        prose("See `/home/ada/x.py`."),
        "See",
        "its source holds a path of one machine: /home/ada/x.py",
    ),
    (
        "a temporary file",
        printed("/tmp/xyz/f.sock"),
        "show()",
        "its output holds a path of one machine: /tmp/xyz",
    ),
    ("a package's path", printed("/srv/x/lib/python3.11/site.py"), "show()", "a path of one machine"),
    ("a token", printed("?token=0123456789abcdef0123456789abcdef"), "show()", "looks like a secret"),
    ("a header", printed("Authorization: token 0123456789"), "show()", "looks like a secret"),
]


@pytest.mark.parametrize(("breaking", "at", "message"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN])
def test_a_broken_rule_says_so_alone(
    book: Book, breaking: Callable[[Book], None], at: str, message: str
) -> None:
    breaking(book)
    (violation,) = check(book, OTHERS)
    said = str(violation)
    assert said.startswith(f"{book.path}:")
    assert message in said
    if at:
        cell = find(book, at)
        number = book.notebook.cells.index(cell) + 1
        assert f": cell {number} ({cell.id}, “{' '.join(at.split())[:8]}" in said
    else:
        assert violation.number is None or "cell" in said


def test_a_long_lesson_says_where_to_pause(book: Book) -> None:
    assert book.page
    (book.page.lesson.source.parent / "exercise.md").touch()
    assert check(book, OTHERS) == []
    replace(book, "# A first", "3 minutes", "3 minutes of reading, 58 of exercises")
    book = Book(book.path, book.notebook, book.page)  # The outline of a book is read once.
    (restless,) = check(book, OTHERS)
    assert "takes 61 minutes, and no section ends in “> **Pause.** …”" in str(restless)
    insert(book, "## Failing", "markdown", "Enough.\n\n> **Pause.** You can stop here.")
    assert check(Book(book.path, book.notebook, book.page), OTHERS) == []


def test_what_may_be_left_out_does_not_count_to_the_hour(book: Book) -> None:
    much_longer(book)
    replace(book, "## Adding", "## Adding", "## Adding (optional)")
    assert check(book, [sections.takes_an_hour_at_most]) == []


@pytest.mark.parametrize("rules", [LESSON_RULES, GLOSSARY_RULES, SOLUTION_RULES, EXERCISE_RULES])
def test_a_rule_is_asked_once(rules: tuple[Rule, ...]) -> None:
    assert [rule.__name__ for rule, times in Counter(rules).items() if times > 1] == []


def test_every_rule_is_broken_once(book: Book) -> None:
    """A rule that nothing here breaks could be removed unnoticed."""
    silent = set(OTHERS)
    for _, breaking, _, _ in BROKEN:
        fresh = Book(book.path, deepcopy(book.notebook), book.page)
        breaking(fresh)
        silent -= {rule for rule in silent if check(fresh, [rule])}
    assert not silent


@pytest.mark.parametrize(
    "fine",
    [
        prose("`!` and `a != b`, and ![a sum](../lessons/00-first/lesson.md)"),
        prose("| " + "word " * 40 + "|\n|---|\n| x |"),
        prose("https://example.org/" + "x" * 120),
        prose("[out](https://example.org/nothing#here) [in](../lessons/00-first/lesson.md#what-you-saw)"),
        prose('<img src="../lessons/00-first/lesson.md" alt="a sum">'),
        prose("A server is at `http://127.0.0.1:8000/`; its files are in `/etc/nginx` and `/proc/self`."),
        code("%time x = 1"),
        code("import asyncio\nclock.sleep(1)"),
        code("Thread(target=work)"),
        code("the_web_token = 'pid'\npassword = None"),
        output(**{"image/svg+xml": '<svg role="img" aria-label="a sum"></svg>'}),
        output(**{"text/html": '<svg aria-label="a sum"></svg>'}),
        printed("GET /home/index.html HTTP/1.1\nhttp://127.0.0.1/tmp/x"),
    ],
)
def test_what_is_fine_is_not_complained_of(book: Book, fine: Callable[[Book], None]) -> None:
    fine(book)
    assert list(map(str, check(book, OTHERS))) == []


def test_the_fixture_holds_the_whole_contract(pages: list[Page]) -> None:
    assert [str(violation) for page in pages for violation in check(Book.of(page))] == []


def test_an_unbuilt_lesson(pages: list[Page]) -> None:
    pages[0].lesson.target.unlink()
    (violation,) = check(Book.of(pages[0]))
    assert str(violation).endswith("lesson.md: run `make notebooks`")


def test_drift_names_the_first_cell_that_differs(pages: list[Page]) -> None:
    book = Book.of(pages[0])
    replace(book, "1 + 1", "1 + 1", "1 + 2")
    (finding,) = says_what_the_lesson_says(book)
    line = lesson_line(pages[0], "1 + 1")
    assert finding == (6, f"differs from {pages[0].lesson.source}:{line}: run `make notebooks`")


def test_drift_of_a_cell_too_few_or_too_many(pages: list[Page]) -> None:
    book = Book.of(pages[0])
    last = book.notebook.cells.pop()
    ((index, message),) = says_what_the_lesson_says(book)
    assert index is None
    assert "lacks the cell of" in message
    book.notebook.cells += [last, new_cell("markdown", "More.", "more", {})]
    ((index, message),) = says_what_the_lesson_says(book)
    assert index == len(book.notebook.cells) - 1
    assert "is not in" in message


def test_drift_of_metadata(pages: list[Page]) -> None:
    book = Book.of(pages[0])
    book.notebook.metadata["widgets"] = {}
    assert [index for index, _ in says_what_the_lesson_says(book)] == [None]
    del book.notebook.metadata["widgets"]
    find(book, "1 + 1").metadata["slideshow"]["slide_type"] = "slide"
    assert [index for index, _ in says_what_the_lesson_says(book)] == [6]


def test_a_notebook_on_disk_is_what_is_checked(pages: list[Page]) -> None:
    book = Book.of(pages[1])
    replace(book, "# A second", "list |", "list! |")
    pages[1].lesson.target.write_text(dumps(book.notebook))
    messages = [str(violation) for violation in check(Book.of(pages[1]))]
    assert any("differs from" in message for message in messages)
    assert any("exclaims" in message for message in messages)


def lesson_line(page: Page, text: str) -> int:
    return Path(page.lesson.source).read_text().splitlines().index(text) + 1
