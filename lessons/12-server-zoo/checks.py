"""Checks of the lesson on the zoo of servers: what each does as it comes, and how to come by another."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import distribution
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from labapp import lab
from labapp.course.exercise import cases, expect, fail, question, shown, unattempted

HERE = Path(__file__).parent


def at_a_time(web: lab.Server, people: int) -> int:
    """Return how many of so many requests that wait were served at the same moment, at the most.

    On a busy machine the last may be sent when the first is answered already: the best of three counts, where
    it is near at all.
    """
    most = 0
    for _ in range(3):
        load = lab.load(
            web, "/wait?seconds=0.3", requests=people, concurrency=people, timeout=5, progress=False
        )
        expect(len(load.answered) == people, f"{people} answers", saw=load.outcome)
        most = max(most, _overlap(web, load, people))
        if most == people or most <= people / 2:
            break
    return most


def _overlap(web: lab.Server, load: Any, people: int) -> int:
    def ended(known: Any) -> list[Any]:
        return [one for one in known.during(load).requests() if one.end is not None]

    served = ended(web.timeline.wait_for(lambda known: len(ended(known)) >= people))
    return max(sum(one.begin <= each.begin < one.end for one in served) for each in served)


def is_of_the_shop(answer: Any) -> bool:
    """Tell whether the lesson's application answered `/whoami`: it names its thread."""
    return '"thread"' in answer.text


# 1. As it comes.

WAITS = (
    ("wsgiref", 3, 0.5, 1.5),
    ("uWSGI", 10, 0.1, 1.0),
    ("Gunicorn", 10, 0.1, 1.0),
    ("Waitress", 10, 0.1, 0.3),
    ("Waitress", 8, 0.5, 1.0),
    ("Uvicorn", 10, 0.2, 0.2),
    ("Uvicorn", 30, 0.2, 0.6),
    ("Uvicorn", 11, 0.2, 0.4),
    ("Flask's own", 400, 0.2, 0.2),
)


@question(1, section="The three loads again")
def as_it_comes(how_long: Callable[..., float]) -> None:
    """Reckons how long each server takes as it comes."""
    what = "a number of seconds"
    for server, requests, each, told, wanted in cases(how_long, WAITS, what, int, float):
        expect(
            abs(told - wanted) < 0.01,
            f"`how_long({server!r}, {requests}, {each})`: the time until the last one is answered",
            saw=f"{told:g} s",
        )


# 2. Written in.

PACKAGES = (("waitress", "Python"), ("gunicorn", "Python"), ("granian", "Rust"))


@question(2, section="A map of the market")
def what_it_is_written_in(written_in: Callable[[Sequence[Path]], str]) -> None:
    """Tells the language of packages of the course, and of some that are made up."""
    kinds = "one of 'Python', 'C' and 'Rust'"
    with TemporaryDirectory() as name:
        folder = Path(name)
        made_up = {
            "with a compiled file": {"fast.cpython-311-x86_64-linux-gnu.so": b"\x7fELF GCC"},
            "that trusts in C": {"trust.so": b"\x7fELF GCC rust trust"},
            "for Windows": {"fast.pyd": b"MZ /rustc/ core"},
            "for macOS": {"fast.dylib": b"\xcf\xfa\xed\xfe /rustc/ core"},
            "that mentions Rust in its text": {"about.py": b"# not in /rustc/", "notes.md": b"/rustc/"},
            "with notes that are sorted": {"notes.sorted.md": b"/rustc/"},
            "with two compiled files": {"a.so": b"\x7fELF GCC", "b.so": b"\x7fELF /rustc/"},
            "without files": {},
        }
        languages = ("C", "C", "Rust", "Rust", "Python", "Python", "Rust", "Python")
        wanted = dict(zip(made_up, languages, strict=True))
        for what, files in made_up.items():
            rows: list[Path] = []
            for file, text in files.items():
                rows.append(folder / file)
                rows[-1].write_bytes(text)
            told = written_in(rows)
            expect(told in ("Python", "C", "Rust"), kinds, told)
            expect(told == wanted[what], f"for a package {what}, {wanted[what]!r}", told)
        for package, language in PACKAGES:
            files_of = [Path(str(each.locate())) for each in distribution(package).files or ()]
            told = written_in(files_of)
            expect(told == language, f"for `{package}`, {language!r}", told)


# 3. Twelve in one process.


@question(3, seconds=8, section="The three loads again")
def twelve_in_one_process(command: Any) -> None:
    """Serves twelve who wait at the same time, in the only process that there is."""
    if command is None:
        unattempted("The command is still `None`.")
    try:
        web = lab.launch(command, cwd=HERE, timeout=15)
    except lab.LaunchError as error:
        fail("a server that starts", saw=error.summary)
    with web:
        answer = web.get("/whoami")
        expect(answer.status_code == 200, "an answer of `shop:app` to `/whoami`", saw=str(answer.status_code))
        expect(is_of_the_shop(answer), "an answer of `shop:app`", saw="that of another application")
        processes = [one.label for one in web.snapshot() if one.alive]
        expect(len(processes) == 1, "one process", saw=", ".join(processes))
        most = at_a_time(web, 12)
        expect(most == 12, "twelve requests at a time", saw=f"{most} at a time, with {shown(web.typed)}")


# 4. A file in the way.


@question(4, section="Two frameworks, one door")
def a_file_in_the_way(make_room: Callable[[Path], object]) -> None:
    """Removes what nobody needs any more, and nothing else."""
    with TemporaryDirectory() as name:
        path = Path(name, "site.sock")

        def attempt(what: str) -> BaseException | None:
            try:
                make_room(path)
            except OSError as error:
                return error
            expect(True, what)
            return None

        raised = attempt("no file")
        expect(raised is None, "nothing to do where there is no file", saw=type(raised).__name__)

        with socket.socket(socket.AF_UNIX) as gone:
            gone.bind(str(path))
        raised = attempt("a file that was left")
        expect(raised is None, "no error where a file was left and nobody listens", saw=type(raised).__name__)
        expect(not path.exists(), "the file removed that was left", saw="that it is still there")
        moved = ", ".join(one.name for one in path.parent.iterdir())
        expect(not moved, "nothing beside the file that was removed", saw=moved)

        with _listening(path):
            raised = attempt("somebody who listens")
            expect(path.exists(), "the file left where somebody listens", saw="that it is gone")
        expect(
            isinstance(raised, FileExistsError),
            "FileExistsError where somebody listens",
            saw=type(raised).__name__ if raised else "no error",
        )
        path.unlink()

        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
            receiver.bind(str(path))
            raised = attempt("one that takes datagrams")
            expect(path.exists(), "the file left that speaks another way", saw="that it is gone")
            expect(
                raised is not None, "the error to come out where it speaks another way", saw="that none does"
            )
        path.unlink()

        others = {"file that is no socket": Path.touch, "pipe, which is no socket either": os.mkfifo}
        for what, make in others.items():
            make(path)
            raised = attempt(f"a {what}")
            expect(path.exists(), f"the {what}, left", saw="that it is gone")
            expect(
                isinstance(raised, FileExistsError),
                f"FileExistsError for a {what}",
                saw=type(raised).__name__ if raised else "no error",
            )
            path.unlink()


@contextmanager
def _listening(path: Path) -> Iterator[None]:
    """Listen there, and take each connection, until the block ends."""
    over = threading.Event()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(4)
        listener.settimeout(0.05)
        accepting = threading.Thread(target=_accept, args=(listener, over), daemon=True)
        accepting.start()
        try:
            yield
        finally:
            over.set()
            accepting.join()


def _accept(listener: socket.socket, over: threading.Event) -> None:
    while not over.is_set():
        with suppress(TimeoutError):
            listener.accept()[0].close()


# 5. One at a time.

COLLEAGUES = (HERE / "by_asgiref.py").read_text()


@question(5, seconds=8, section="A WSGI callable on an ASGI server")
def one_at_a_time(web: lab.Server) -> None:
    """Serves six who wait at the same time, by Daphne, with the application as it is."""
    program = Path(web.kind.command.cwd) / "by_asgiref.py"
    if program.is_file() and program.read_text() == COLLEAGUES and web.typed == "daphne by_asgiref:app":
        unattempted("The program and the command are as they were.")
    expect(web.running, "a server that runs", saw=f"it {web.ending}")
    expect(web.kind.name == "Daphne", "Daphne", saw=web.kind.name)
    answer = web.get("/whoami")
    expect(
        answer.status_code == 200, "an answer of the shop to `/whoami`", saw=f"status {answer.status_code}"
    )
    expect(is_of_the_shop(answer), "an answer of the shop", saw="that of another application")
    shop = program.with_name("shop.py")
    as_it_was = shop.is_file() and shop.read_text() == (HERE / shop.name).read_text()
    expect(as_it_was, "`shop.py` as it was", saw="that it is another")
    most = at_a_time(web, 6)
    expect(most == 6, "six requests at a time", saw=f"{most} at a time")
