"""Checks of the lesson on workers: what each kind is good at, and servers that are slow, leak or die."""

from __future__ import annotations

import math
import selectors
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from labapp import lab
from labapp.course.exercise import expect, fail, question, returned, shown, unattempted


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


def launched(command: object, whose: str = "") -> lab.Server:
    """Launch a learner's command, or say why it does not start, and whose it is."""
    expect(isinstance(command, str | list | tuple) and command, f"{whose}a command", command)
    try:
        return lab.launch(command, timeout=10)  # type: ignore[arg-type]
    except lab.LaunchError as error:
        fail(f"{whose}a server that starts", saw=error.summary)


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
    Case("computing", 7, 0.1, {"workers": 2}),
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
    at_a_time = min(workers, processors) if work == "computing" else workers * threads
    return each if (work, kind) == ("waiting", "gevent") else math.ceil(requests / at_a_time) * each


@question(1, section="The interpreter lock, measured")
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


# 2. A command for each work.


WORKS = ("patient", "prompt", "sturdy")
# On a busy machine the last of twelve may be sent when the first is answered already.
ATTEMPTS = 3


@question(2, seconds=20, section="Which worker for which work")
def a_command_for_each(commands: Mapping[str, Any]) -> None:
    """Does each server's work, with the means that it is allowed."""
    expect(isinstance(commands, Mapping), "a dictionary of commands", commands)
    missing = [name for name in WORKS if name not in commands]
    expect(not missing, "a command under each of the three names", saw=f"none under {', '.join(missing)}")
    if all(commands[name] is None for name in WORKS):
        unattempted("The three commands are still `None`.")
    with launched(commands["patient"], "'patient': ") as web:
        patient(web)
    with launched(commands["prompt"], "'prompt': ") as web:
        prompt(web)
    with launched(commands["sturdy"], "'sturdy': ") as web:
        sturdy(web)


def patient(web: lab.Server) -> None:
    settle(web)
    workers = len(web.workers)
    expect(workers == 1, "'patient': one worker process", saw=f"{workers}")
    most = 0
    for _ in range(ATTEMPTS):
        began = time.monotonic()
        answered("'patient'", volley(web, ["/wait?seconds=0.3"] * 12, 9))
        most = max(most, at_a_time(web, began))
    expect(most == 12, "'patient': twelve requests at a time", saw=f"{most} at a time")


def at_a_time(web: lab.Server, began: float) -> int:
    """Return how many requests that came since then were served at the same moment, at the most."""

    def answers(known: Any) -> list[Any]:
        return [one for one in known.requests() if one.begin >= began and one.end is not None]

    served = answers(web.timeline.wait_for(lambda known: len(answers(known)) >= 12))
    return max(sum(one.begin <= each.begin < one.end for one in served) for each in served)


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


# 3. A number for everybody.


TICKETS, TICKET_COMMAND = beside("broken_tickets.py"), "gunicorn tickets:app --workers 3"
VISITORS = 60


@question(3, seconds=12, section="A counter that is not shared")
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


# 4. Killed again and again.


REPORTING = 'gunicorn "labapp:create_app()" --workers 2 --timeout 1'
# The master looks once a second: a worker may be silent for almost a second longer than its timeout.
REPORT = "/wait?seconds=4.8"


@question(4, seconds=15, section="What the timeout watches")
def reports(command: Any) -> None:
    """Serves two slow reports at a time, and no worker is killed for it."""
    if command == REPORTING:
        unattempted("The command is as it was.")
    with launched(command) as web:
        settle(web)
        before = {worker.pid for worker in web.workers}
        answers = volley(web, [REPORT] * 2, 7.5)
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


# 5. More with every request.


PRICES, PRICE_COMMAND = beside("broken_prices.py"), "gunicorn prices:app"
BATCH = 15
LEAK = 10_000_000  # Bytes that fifteen requests may add when all is well; the leak adds four times as many.


@question(5, seconds=14, section="A leak, and a remedy for it (optional)")
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


# 6. Everybody waits.


WEATHER, WEATHER_COMMAND = beside("broken_weather.py"), "gunicorn weather:app -k gevent --preload"


@question(6, seconds=12, section="What blocks the hub")
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
