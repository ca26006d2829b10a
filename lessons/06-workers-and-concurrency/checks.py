"""Checks of the lesson on workers: what each kind is good at, and servers that are slow, leak or die."""
# An answer's name is its description.

from __future__ import annotations

import heapq
import math
import selectors
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from labapp import lab
from labapp.course.exercise import Given, expect, fail, question, shown, unattempted

LAB = 'gunicorn "labapp:create_app()"'


def returned(value: object, what: str) -> None:
    """Fail where a function has printed its answer, or forgotten it."""
    expect(value is not None, f"{what}, returned", saw="`None`: the function returns nothing")


def beside(name: str) -> str:
    """Return the text of a program that the notebook hands out."""
    return Path(__file__).with_name(name).read_text()


@dataclass
class Asked:
    """One request of a volley: when its answer was there, in s since the volley began, and what it was."""

    path: str
    connection: socket.socket
    data: bytes = b""
    done: float = math.inf
    place: int = field(default=1000)

    @property
    def status(self) -> int:
        """The status of the answer; 0 where there was none."""
        words = self.data.split(None, 2)
        return int(words[1]) if self.done < math.inf and len(words) > 1 and words[1].isdigit() else 0

    @property
    def text(self) -> str:
        """The body of the answer."""
        return self.data.partition(b"\r\n\r\n")[2].decode(errors="replace").strip()

    @property
    def outcome(self) -> str:
        """What became of it, in words."""
        return f"status {self.status}" if self.status else "no answer"


def volley(web: lab.Server, paths: Sequence[str], seconds: float) -> list[Asked]:
    """Send all requests at once, in this order, and wait at most so long for the answers.

    One thread does it all, so that the order of sending is certain and the order of the answers is seen.
    """
    began, asked = time.monotonic(), list[Asked]()
    with selectors.DefaultSelector() as watched:
        for path in paths:
            each = Asked(path, socket.create_connection(("127.0.0.1", web.port or 0), timeout=5))
            each.connection.sendall(f"GET {path} HTTP/1.0\r\nHost: lab\r\n\r\n".encode())
            watched.register(each.connection, selectors.EVENT_READ, each)
            asked.append(each)
        places = iter(range(len(asked)))
        while watched.get_map() and (left := began + seconds - time.monotonic()) > 0:
            for key, _ in watched.select(left):
                each = key.data
                with suppress(OSError):
                    if more := each.connection.recv(1 << 16):
                        each.data += more
                        continue
                watched.unregister(each.connection)
                each.connection.close()  # The worker waits for that, and serves nobody meanwhile.
                each.done, each.place = time.monotonic() - began, next(places)
    for each in asked:
        each.connection.close()
    return asked


def launched(what: str, command: object) -> lab.Server:
    """Launch a learner's command, or say why it does not start."""
    expect(isinstance(command, str | list | tuple) and command, f"{what}: a command", command)
    try:
        return lab.launch(command, timeout=10)  # type: ignore[arg-type]
    except lab.LaunchError as error:
        fail(f"{what}: a server that starts", saw=error.summary)


@contextmanager
def serving(name: str, program: str, command: str) -> Iterator[Given]:
    """Run a program, mended or not, in a folder of its own; give the server and the folder."""
    with TemporaryDirectory() as folder:
        (Path(folder) / name).write_text(program)
        web = lab.launch(command, cwd=folder)
        try:
            yield Given(web, Path(folder))
        finally:
            web.stop(timeout=1)


def attempted(web: lab.Server, folder: Path, name: str, program: str, command: str) -> None:
    """Tell an answer from the server as it was; fail where there is no server."""
    if (Path(folder) / name).read_text() == program and web.running and web.typed == command:
        unattempted("The program and the command are as they were.")
    expect(web.running, "a server that runs", saw=f"it {web.ending}")


# 1. How long it takes.


@dataclass(frozen=True)
class Case:
    """Requests, all sent at once, and the server that gets them."""

    work: str
    requests: int
    each: float
    server: Mapping[str, Any]

    def __str__(self) -> str:
        options = ", ".join(f"{name}={value!r}" for name, value in self.server.items())
        return f"how_long({self.work!r}, {self.requests}, {self.each}{', ' * bool(options)}{options})"


CASES = (
    Case("waiting", 10, 0.2, {}),
    Case("waiting", 10, 0.2, {"workers": 4}),
    Case("waiting", 10, 0.2, {"kind": "gthread", "threads": 10}),
    Case("waiting", 12, 0.2, {"workers": 2, "threads": 3}),
    Case("waiting", 100, 0.2, {"kind": "gevent", "threads": 4}),
    Case("computing", 8, 0.1, {"kind": "gthread", "threads": 8}),
    Case("computing", 8, 0.1, {"kind": "gevent", "workers": 2}),
    Case("computing", 8, 0.1, {"workers": 8}),
)


def reckon(
    work: str,
    requests: int,
    each: float,
    *,
    kind: str = "sync",
    workers: int = 1,
    threads: int = 1,
    processors: int = 2,
) -> float:
    """Reckon the seconds until all requests are answered."""
    if work == "computing":
        return requests * each / min(workers, processors)
    return each if kind == "gevent" else math.ceil(requests / (workers * threads)) * each


@question(
    1,
    section="The interpreter lock, measured",
    hints=(
        "Find out first how many requests can be under way at the same time, for each kind of work.",
        (
            "Waiting needs a place to wait in: a worker, a thread, a greenlet. Computing needs an "
            "interpreter, which each process has one of, and a processor."
        ),
        (
            "Waiting: `math.ceil(requests / (workers * threads)) * each`, and once `each` for gevent. "
            "Computing: all the work, divided by the smaller of `workers` and `processors`."
        ),
    ),
)
def how_long_it_takes(how_long: Callable[..., float]) -> None:
    """Reckons what the servers of the lesson took, and others."""
    for case in CASES:
        told = how_long(case.work, case.requests, case.each, **case.server)
        returned(told, "a number of seconds")
        expect(isinstance(told, int | float) and type(told) is not bool, "a number of seconds", told)
        wanted = reckon(case.work, case.requests, case.each, **case.server)
        expect(
            abs(told - wanted) <= wanted * 0.05,
            f"`{case}`: the time until the last one is answered",
            saw=f"{told:g} s",
        )


@how_long_it_takes.right
def by_formula() -> Any:
    return reckon


@how_long_it_takes.right
def by_playing_it_through() -> Any:
    def how_long(
        work: str,
        requests: int,
        each: float,
        *,
        kind: str = "sync",
        workers: int = 1,
        threads: int = 1,
        processors: int = 2,
    ) -> float:
        places = {"computing": min(workers, processors), "waiting": workers * threads}[work]
        if kind == "gevent" and work == "waiting":
            places = 1000 * workers
        free = [0.0] * places
        for _ in range(requests):
            heapq.heappush(free, heapq.heappop(free) + each)
        return max(free)

    return how_long


def misjudged(places: Callable[[Mapping[str, Any]], float], *works: str) -> Any:
    """Return a `how_long` that is wrong about how many requests are served at a time."""

    def how_long(work: str, requests: int, each: float, **server: Any) -> float:
        if work not in works:
            return reckon(work, requests, each, **server)
        asked = {"kind": "sync", "workers": 1, "threads": 1, "processors": 2} | server
        return max(each, each * math.ceil(requests / places(asked)))

    return how_long


@how_long_it_takes.wrong("10, 0.2, workers=4)`: the time until the last one is answered, saw 0.5 s")
def a_round_and_a_bit() -> Any:
    def how_long(work: str, requests: int, each: float, **server: Any) -> float:
        if work == "waiting" and server.get("kind") != "gevent":
            return requests / (server.get("workers", 1) * server.get("threads", 1)) * each
        return reckon(work, requests, each, **server)

    return how_long


@how_long_it_takes.wrong("workers=2, threads=3)`: the time until the last one is answered, saw 1.2 s")
def sync_has_no_threads() -> Any:
    def places(asked: Mapping[str, Any]) -> float:
        if asked["kind"] == "gevent":
            return 1000.0
        return float(asked["workers"] * (asked["threads"] if asked["kind"] == "gthread" else 1))

    return misjudged(places, "waiting")


@how_long_it_takes.wrong("kind='gevent', threads=4)`: the time until the last one is answered, saw 5 s")
def greenlets_counted_as_threads() -> Any:
    return misjudged(lambda asked: asked["workers"] * asked["threads"], "waiting")


@how_long_it_takes.wrong("kind='gthread', threads=8)`: the time until the last one is answered, saw 0.1 s")
def threads_compute_side_by_side() -> Any:
    return misjudged(lambda asked: min(asked["workers"], 2) * asked["threads"], "computing")


@how_long_it_takes.wrong("kind='gevent', workers=2)`: the time until the last one is answered, saw 0.1 s")
def greenlets_compute_side_by_side() -> Any:
    return misjudged(
        lambda asked: 1000.0 if asked["kind"] == "gevent" else min(asked["workers"], 2), "computing"
    )


@how_long_it_takes.wrong("0.1, workers=8)`: the time until the last one is answered, saw 0.1 s")
def more_workers_than_processors() -> Any:
    return misjudged(lambda asked: asked["workers"], "computing")


@how_long_it_takes.wrong("a number of seconds, saw `'")
def as_text() -> Any:
    return lambda *args, **server: f"{reckon(*args, **server):g} s"


@how_long_it_takes.wrong("returns nothing")
def printed() -> Any:
    return lambda *args, **server: print(reckon(*args, **server))


# 2. A command for each work.


WORKS = ("patient", "prompt", "sturdy")


@question(
    2,
    seconds=20,
    section="Which worker for which work",
    hints=(
        "For each: how many must be under way at a time, and must they be apart from each other?",
        (
            "Many who wait fit into one process, by threads or greenlets. Two who compute leave a third one "
            "waiting unless there is a third thread or a third process; a greenlet does not help. Who dies "
            "takes the whole process along."
        ),
        "The first: `--threads 12`. The second: `--threads 4`, or `--workers 3`. The third: `--workers 2`.",
    ),
)
def a_command_for_each(commands: Mapping[str, Any]) -> None:
    """Does each server's work, with the means that it is allowed."""
    expect(isinstance(commands, Mapping), "a dictionary of commands", commands)
    missing = [name for name in WORKS if name not in commands]
    expect(not missing, "a command under each of the three names", saw=f"none under {', '.join(missing)}")
    if all(commands[name] is None for name in WORKS):
        unattempted("The three commands are still `None`.")
    with launched("'patient'", commands["patient"]) as web:
        patient(web)
    with launched("'prompt'", commands["prompt"]) as web:
        prompt(web)
    with launched("'sturdy'", commands["sturdy"]) as web:
        sturdy(web)


def patient(web: lab.Server) -> None:
    settle(web)
    workers = len(web.workers)
    expect(workers == 1, "'patient': one worker process", saw=f"{workers}")
    answers = volley(web, ["/wait?seconds=0.3"] * 12, 9)
    answered("'patient'", answers)
    took = max(each.done for each in answers)
    # One after the other it is 3.6 s, and 0.3 s for all at a time.
    expect(took < 1.4, "'patient': many requests at a time", saw=f"about {math.ceil(3.6 / took)} at a time")


def prompt(web: lab.Server) -> None:
    settle(web)
    *slow, quick = volley(web, ["/cpu?ms=400", "/cpu?ms=900", "/ping"], 6)
    answered("'prompt'", [*slow, quick])
    expect(
        quick.place == 0,
        "'prompt': the answer to `/ping` before those to two requests that compute",
        saw=f"that it waited for {'one' if quick.place == 1 else 'both'} of them",
    )


def sturdy(web: lab.Server) -> None:
    settle(web)
    one, other, _ = volley(web, ["/wait?seconds=0.6", "/wait?seconds=0.6", "/crash"], 6)
    lost = [each for each in (one, other) if each.status != 200]
    expect(
        not lost,
        "'sturdy': an answer to both requests that wait, while a third one ends its process",
        saw=f"{len(lost)} of them lost",
    )
    apart = abs(one.done - other.done)
    expect(apart < 0.4, "'sturdy': both requests that wait served at a time", saw="one after the other")


def settle(web: lab.Server) -> None:
    """Wait until all workers serve that are wanted; those on their way would be a hindrance yet."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        living, known = {worker.pid for worker in web.workers}, web.timeline.events
        wanted = [event.about for event in known if event.kind == "count"]
        ready = {event.pid for event in known if event.kind == "ready"}
        # Of a new number is told what it was before, and what it is: "1 → 2".
        if wanted and living <= ready and len(living) >= int(wanted[-1].split()[-1]):
            return
        time.sleep(0.02)


def answered(name: str, answers: Sequence[Asked]) -> None:
    """Fail where an answer is missing."""
    for each in answers:
        expect(each.status == 200, f"{name}: an answer to `{each.path}`", saw=each.outcome)


RIGHT_COMMANDS = {
    "patient": f"{LAB} --threads 12",
    "prompt": f"{LAB} --workers 3",
    "sturdy": f"{LAB} --workers 2",
}


@a_command_for_each.blank
def nothing_yet() -> Any:
    return dict.fromkeys(WORKS)


@a_command_for_each.right
def threads_and_processes() -> Any:
    return dict(RIGHT_COMMANDS)


@a_command_for_each.right
def greenlets_and_others() -> Any:
    return {
        "patient": f"{LAB} -k gevent",
        "prompt": ["gunicorn", "labapp:create_app()", "-k", "gthread", "--threads", "8"],
        "sturdy": f"{LAB} --workers 4 --timeout 60",
    }


@a_command_for_each.wrong("'patient': many requests at a time, saw about 1 at a time")
def a_timeout_for_threads() -> Any:
    return RIGHT_COMMANDS | {"patient": f"{LAB} -t 12"}


@a_command_for_each.wrong("'patient': one worker process, saw 12")
def a_process_for_each() -> Any:
    return RIGHT_COMMANDS | {"patient": f"{LAB} --workers 12"}


@a_command_for_each.wrong("'patient': many requests at a time, saw about 2 at a time")
def too_few_threads() -> Any:
    return RIGHT_COMMANDS | {"patient": f"{LAB} --threads 2"}


@a_command_for_each.wrong("two requests that compute, saw that it waited for both")
def a_hub_that_computes() -> Any:
    return RIGHT_COMMANDS | {"prompt": f"{LAB} -k gevent"}


@a_command_for_each.wrong("two requests that compute, saw that it waited for one")
def as_many_as_compute() -> Any:
    return RIGHT_COMMANDS | {"prompt": f"{LAB} --workers 2"}


@a_command_for_each.wrong("while a third one ends its process, saw 2 of them lost")
def all_in_one_process() -> Any:
    return RIGHT_COMMANDS | {"sturdy": f"{LAB} --threads 8"}


@a_command_for_each.wrong("'sturdy': both requests that wait served at a time, saw one after the other")
def one_at_a_time() -> Any:
    return RIGHT_COMMANDS | {"sturdy": LAB}


@a_command_for_each.wrong("'prompt': a server that starts, saw")
def an_option_that_is_none() -> Any:
    return RIGHT_COMMANDS | {"prompt": f"{LAB} --thread-count 4"}


@a_command_for_each.wrong("'sturdy': a command, saw `None`")
def two_of_three() -> Any:
    return RIGHT_COMMANDS | {"sturdy": None}


# 3. A number for everybody.


TICKETS, TICKET_COMMAND = beside("broken_tickets.py"), "gunicorn tickets:app --workers 3"
VISITORS = 60


@question(
    3,
    seconds=12,
    section="A counter that is not shared",
    hints=(
        "Each worker imported the program for itself, and has a counter of its own. What do they all share?",
        (
            "A file, a database, or memory that was made to be shared before the workers were forked. "
            "Between reading and writing, nobody else may read."
        ),
        (
            "Open a file, `fcntl.flock(file, fcntl.LOCK_EX)`, read the number, write the next one, close it. "
            "Or the lesson's `UPDATE … RETURNING`. Or a `multiprocessing.Value` with its `get_lock()`, and "
            "`--preload`, so that it is made once."
        ),
    ),
)
def a_number_for_everybody(web: lab.Server, folder: Path) -> None:
    """Gives each number once, in order, whichever of three workers is asked."""
    attempted(web, folder, "tickets.py", TICKETS, TICKET_COMMAND)
    workers = len(web.workers)
    expect(workers >= 3, "three workers", saw=f"{workers}")
    told: list[int] = []
    for _ in range(3):
        told += drawn(web)
        twice = sorted({number for number in told if told.count(number) > 1})
        expect(not twice, "no number given twice", saw=f"{len(twice)} numbers that several people have")
        gaps = max(told) - min(told) + 1 - len(told)
        expect(not gaps, "one number after the other, and none left out", saw="gaps between them")


def drawn(web: lab.Server) -> list[int]:
    """Have many people ask, six at a time; return what each was told."""
    with ThreadPoolExecutor(6) as people:
        answers = [answer[0] for answer in people.map(lambda _: volley(web, ["/"], 4), range(VISITORS))]
    for each in answers:
        expect(each.status == 200, "a number for everybody who asks", saw=each.outcome)
        expect(each.text.isdecimal(), "a number, and nothing else", each.text)
    return [int(each.text) for each in answers]


def counting(body: str, above: str = "", command: str = TICKET_COMMAND) -> Any:
    """Run the office with another way to come to the number."""
    program = TICKETS.replace("import itertools", f"import itertools\n{above}")
    return serving("tickets.py", program.replace("number = next(numbers)", body), command)


@contextmanager
def office(body: str, above: str = "", command: str = TICKET_COMMAND) -> Iterator[Given]:
    """Run the office until all three workers are there."""
    with counting(body, above, command) as given:
        with suppress(TimeoutError):
            given.args[0].wait_until(workers=3, timeout=1)
        settle(given.args[0])
        yield given


LOCKED_FILE = """
    with open("last", "a+") as last:
        fcntl.flock(last, fcntl.LOCK_EX)
        last.seek(0)
        number = int(last.read() or 0) + 1
        last.truncate(0)
        last.write(str(number))
"""
DATABASE = """
    with sqlite3.connect("office.db", timeout=10, isolation_level=None) as office:
        office.execute("CREATE TABLE IF NOT EXISTS drawn (number INTEGER PRIMARY KEY AUTOINCREMENT)")
        number = office.execute("INSERT INTO drawn DEFAULT VALUES RETURNING number").fetchone()[0]
"""
SHARED_MEMORY = "\n    with last.get_lock():\n        last.value += 1\n        number = last.value\n"


@a_number_for_everybody.blank
def as_it_was() -> Iterator[Given]:
    with serving("tickets.py", TICKETS, TICKET_COMMAND) as given:
        yield given


@a_number_for_everybody.right
def a_file_with_a_lock() -> Iterator[Given]:
    with office(LOCKED_FILE, "import fcntl") as given:
        yield given


@a_number_for_everybody.right
def a_database() -> Iterator[Given]:
    with office(DATABASE, "import sqlite3") as given:
        yield given


@a_number_for_everybody.right
def shared_memory() -> Iterator[Given]:
    above = 'import multiprocessing\nlast = multiprocessing.Value("i", 0)'
    with office(SHARED_MEMORY, above, f"{TICKET_COMMAND} --preload") as given:
        yield given


@a_number_for_everybody.wrong("no number given twice")
def a_lock_between_threads() -> Iterator[Given]:
    above = "import threading\nlock = threading.Lock()"
    with office("\n    with lock:\n        number = next(numbers)\n", above) as given:
        yield given


@a_number_for_everybody.wrong("one number after the other, and none left out")
def by_the_clock() -> Iterator[Given]:
    with office("number = time.time_ns()", "import time") as given:
        yield given


@a_number_for_everybody.wrong("three workers, saw 1")
def one_worker() -> Iterator[Given]:
    with office("number = next(numbers)", command="gunicorn tickets:app --threads 3") as given:
        yield given


@a_number_for_everybody.wrong("a number, and nothing else, saw `'worker")
def with_the_name_of_the_worker() -> Iterator[Given]:
    with office('number = f"worker {os.getpid()}: {next(numbers)}"', "import os") as given:
        yield given


@a_number_for_everybody.wrong("a number for everybody who asks, saw status 500")
def a_name_that_is_missing() -> Iterator[Given]:
    with office("number = next(shared_numbers)") as given:
        yield given


# 4. Killed again and again.


REPORTING = f"{LAB} --workers 2 --timeout 1"
REPORT = "/wait?seconds=3.2"


@question(
    4,
    seconds=15,
    section="What the timeout watches",
    hints=(
        "The log tells what the master does, and how often. Which option makes it do that?",
        "Either the master has more patience, or the worker shows that it lives while it serves.",
        (
            "`--timeout 30` instead of 1; or `--threads 4`, or `-k gevent`, whose heartbeat does not come "
            "from the thread or greenlet that serves."
        ),
    ),
)
def reports(command: Any) -> None:
    """Serves two slow reports at a time, and no worker is killed for it."""
    if command == REPORTING:
        unattempted("The command is as it was.")
    with launched("a command", command) as web:
        settle(web)
        before = {worker.pid for worker in web.workers}
        answers = volley(web, [REPORT] * 2, 5.5)
        after = {worker.pid for worker in web.workers}
        late = [each for each in answers if each.done == math.inf]
        expect(
            not late,
            "both reports at the same time",
            saw=f"one of them still missing, with {shown(web.typed)}",
        )
        bad = [each.outcome for each in answers if each.status != 200]
        expect(
            not bad,
            "two reports answered",
            saw=f"{' and '.join(bad)}, with {shown(' '.join(web.command[1:]))}",
        )
        expect(before == after, "the same workers before and after", saw="others")


@reports.blank
def still_impatient() -> Any:
    return REPORTING


@reports.right
def with_patience() -> Any:
    return f"{LAB} --workers 2 --timeout 30"


@reports.right
def with_threads() -> Any:
    return f"{LAB} --workers 2 --threads 2 --timeout 1"


@reports.right
def with_greenlets() -> Any:
    return f"{LAB} -k gevent --timeout 1"


@reports.wrong("--workers 8 --timeout 1")
def more_workers() -> Any:
    return f"{LAB} --workers 8 --timeout 1"


@reports.wrong("--graceful-timeout 30")
def another_timeout() -> Any:
    return f"{LAB} --workers 2 --timeout 1 --graceful-timeout 30"


@reports.wrong("--keep-alive 30")
def a_longer_connection() -> Any:
    return f"{LAB} --workers 2 --timeout 1 --keep-alive 30"


@reports.wrong("both reports at the same time, saw one of them still missing")
def patience_and_one_worker() -> Any:
    return f"{LAB} --timeout 30"


@reports.wrong("a command: a server that starts, saw")
def a_timeout_in_words() -> Any:
    return f"{LAB} --workers 2 --timeout 30s"


# 5. More with every request.


PRICES, PRICE_COMMAND = beside("broken_prices.py"), "gunicorn prices:app"
BATCH = 15
LEAK = 10_000_000  # Bytes that fifteen requests may add when all is well; the leak adds four times as many.


@question(
    5,
    seconds=14,
    section="A leak, and a remedy for it (optional)",
    hints=(
        "Ask for some orders; look at `web.workers[0].pss()` after each. Where does the program keep what?",
        "Nobody asks for an order twice, so what is kept is never used. It can be kept less, or shorter.",
        (
            "Leave `printed` out, or keep the last few only; or leave the program and have the worker "
            "replaced in time: `--max-requests 20`."
        ),
    ),
)
def level(web: lab.Server, folder: Path) -> None:
    """Has its memory level off within thirty requests, and gives each customer the right list."""
    attempted(web, folder, "prices.py", PRICES, PRICE_COMMAND)
    deadline = time.monotonic() + 9
    peaks = []
    for batch in range(3):
        highest = 0
        for number in range(BATCH):
            order = f"check-{batch}-{number}-{time.monotonic_ns()}"
            [answer] = volley(web, [f"/{order}"], 4)
            expect(answer.status == 200, "an answer to each order", saw=answer.outcome)
            expect(
                answer.text.startswith(f"prices for {order}\n"),
                "the prices for the order that was sent",
                answer.text,
            )
            highest = max(highest, memory(web))
            expect(
                time.monotonic() < deadline,
                f"{3 * BATCH} orders served in 9 s",
                saw=f"{batch * BATCH + number + 1}",
            )
        peaks.append(highest)
    grown = peaks[2] - max(peaks[:2])
    expect(
        grown < LEAK,
        "memory that does not grow any more after 30 orders",
        saw=f"{grown / 1e6:.0f} MB more after the next {BATCH}, with {shown(' '.join(web.command))}",
    )


def memory(web: lab.Server) -> int:
    """Return the bytes that the workers use now; the tree's own figure may be a fifth of a second old."""
    used = 0
    for worker in web.workers:
        with suppress(OSError):  # It was replaced meanwhile.
            used += worker.pss()
    return used


def priced(old: str = "", new: str = "", command: str = PRICE_COMMAND) -> Any:
    """Run the price lists, with a change."""
    assert old in PRICES
    return serving("prices.py", PRICES.replace(old, new) if old else PRICES, command)


@level.blank
def growing() -> Iterator[Given]:
    with priced() as given:
        yield given


KEEPING = PRICES[PRICES.index("    if order not in printed") : PRICES.index("    start_response")]


@level.right
def nothing_kept() -> Iterator[Given]:
    with priced(KEEPING, "    printed = {order: price_list(order)}\n") as given:
        yield given


@level.right
def the_last_ones_kept() -> Iterator[Given]:
    kept = f"{KEEPING}    while len(printed) > 5:\n        del printed[next(iter(printed))]\n"
    with priced(KEEPING, kept) as given:
        yield given


@level.right
def replaced_in_time() -> Iterator[Given]:
    with priced(command=f"{PRICE_COMMAND} --max-requests 12") as given:
        yield given


@level.wrong("--max-requests 1000")
def replaced_too_late() -> Iterator[Given]:
    with priced(command=f"{PRICE_COMMAND} --max-requests 1000") as given:
        yield given


@level.wrong("--workers 3")
def shared_out() -> Iterator[Given]:
    with priced(command=f"{PRICE_COMMAND} --workers 3") as given:
        given.args[0].wait_until(workers=3)
        settle(given.args[0])
        yield given


@level.wrong("with `'gunicorn prices:app'`")
def garbage_collected() -> Iterator[Given]:
    with priced(KEEPING, f"{KEEPING}    __import__('gc').collect()\n") as given:
        yield given


@level.wrong("--preload")
def loaded_once() -> Iterator[Given]:
    with priced(command=f"{PRICE_COMMAND} --preload") as given:
        yield given


@level.wrong("the prices for the order that was sent, saw")
def the_first_list_for_all() -> Iterator[Given]:
    with priced(
        "if order not in printed:", "order = max(printed, default=order)\n    if order not in printed:"
    ) as given:
        yield given


@level.wrong("an answer to each order, saw status 500")
def emptied_too_soon() -> Iterator[Given]:
    with priced(KEEPING, f"{KEEPING}    printed.clear()\n") as given:
        yield given


# 6. Everybody waits.


WEATHER, WEATHER_COMMAND = beside("broken_weather.py"), "gunicorn weather:app -k gevent --preload"


@question(
    6,
    seconds=12,
    section="What blocks the hub",
    hints=(
        "Which function does `sleep` name in this program, and when did it come by it?",
        (
            "The worker exchanges the functions in the module `time` when it begins. With `--preload` the "
            "program was there before it, and has taken out the one that blocks."
        ),
        "Leave out `--preload`; or `import time` and call `time.sleep`, which is looked up at each call.",
    ),
)
def nobody_waits(web: lab.Server, folder: Path) -> None:
    """Answers who asks for little, while six wait for the station at the same time."""
    attempted(web, folder, "weather.py", WEATHER, WEATHER_COMMAND)
    settle(web)
    *slow, quick = volley(web, ["/now"] * 6 + ["/"], 5)
    command = shown(" ".join(web.command[1:]))
    for each in (*slow, quick):
        expect(each.status == 200, f"an answer to `{each.path}`", saw=each.outcome)
    expect(all(each.text == "windy" for each in slow), "the station's word for `/now`", slow[0].text)
    soonest, latest = min(each.done for each in slow), max(each.done for each in slow)
    expect(soonest > 0.35, "the station asked, which takes 0.4 s", saw="an answer without asking")
    expect(
        quick.done < soonest,
        "`/` answered while six others wait for the station",
        saw=f"that it waited for {sum(each.done <= quick.done for each in slow)} of them, with {command}",
    )
    # All six one after the other take 2.4 s.
    expect(latest < 1.4, "six served at the same time", saw=f"about {math.ceil(2.4 / latest)} at a time")


def told(old: str = "", new: str = "", command: str = WEATHER_COMMAND) -> Any:
    """Run the weather, with a change."""
    assert old in WEATHER
    return serving("weather.py", WEATHER.replace(old, new) if old else WEATHER, command)


@nobody_waits.blank
def blocked() -> Iterator[Given]:
    with told() as given:
        yield given


@nobody_waits.right
def not_loaded_before_it_is_patched() -> Iterator[Given]:
    with told(command="gunicorn weather:app -k gevent") as given:
        yield given


@nobody_waits.right
def looked_up_when_it_is_called() -> Iterator[Given]:
    program = WEATHER.replace("from time import sleep", "import time").replace(" sleep(", " time.sleep(")
    with serving("weather.py", program, WEATHER_COMMAND) as given:
        yield given


@nobody_waits.right
def the_sleep_of_gevent() -> Iterator[Given]:
    with told("from time import", "from gevent import") as given:
        yield given


@nobody_waits.right
def threads() -> Iterator[Given]:
    with told(command="gunicorn weather:app --threads 8 --preload") as given:
        yield given


@nobody_waits.wrong("-k gevent --preload --workers 2")
def two_hubs() -> Iterator[Given]:
    with told(command=f"{WEATHER_COMMAND} --workers 2") as given:
        yield given


@nobody_waits.wrong("-k gevent --preload --worker-connections 5000")
def more_connections() -> Iterator[Given]:
    with told(command=f"{WEATHER_COMMAND} --worker-connections 5000") as given:
        yield given


@nobody_waits.wrong("-k gevent --preload --threads 8")
def threads_for_a_hub() -> Iterator[Given]:
    with told(command=f"{WEATHER_COMMAND} --threads 8") as given:
        yield given


@nobody_waits.wrong("the station asked, which takes 0.4 s, saw an answer without asking")
def nobody_asked() -> Iterator[Given]:
    with told("    sleep(0.4)\n", "") as given:
        yield given


@nobody_waits.wrong("the station's word for `/now`, saw `'sunny'`")
def the_word_of_this_morning() -> Iterator[Given]:
    with told('if environ["PATH_INFO"] == "/now"', 'if environ["PATH_INFO"] == "now"') as given:
        yield given


@nobody_waits.wrong("with `'weather:app --workers 4'`")
def four_processes() -> Iterator[Given]:
    with told(command="gunicorn weather:app --workers 4") as given:
        yield given
