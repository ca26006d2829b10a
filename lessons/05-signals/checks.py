"""Checks of the lesson on signals: what each does, and what to do with them while requests come in."""
# ruff: noqa: PLC0415
# An answer's name is its description; it imports like a cell.

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any

from labapp import lab
from labapp.course.exercise import Given, expect, fail, question, same, unattempted
from labapp.observe.tree import Tree

LAB = 'gunicorn "labapp:create_app()"'
PATIENCE = 2.5  # Seconds that a condition may take to hold, on a machine that has other things to do.
HOLD = 0.8  # Seconds that a request is under way while something is done to its server.

SHOP = """
import os, sys, time

VERSION = 1
print("shop is loaded", file=sys.stderr, flush=True)


def app(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        print("slow has begun", file=sys.stderr, flush=True)
        time.sleep(float(environ["QUERY_STRING"]))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{VERSION} {os.getpid()} {os.getppid()}".encode()]
"""


def returned(value: object, what: str) -> None:
    """Fail where a function has printed its answer, or forgotten it."""
    expect(value is not None, f"{what}, returned", saw="`None`: the function returns nothing")


def ask(web: lab.Server, path: str, timeout: float = 6.0) -> tuple[int, str]:
    """Return status and text of an answer; status 0, and what went wrong, where there was none."""
    connection = http.client.HTTPConnection("127.0.0.1", web.port or 0, timeout=timeout)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, "no answer in time" if isinstance(error, TimeoutError) else "no answer"
    finally:
        connection.close()


def soon(condition: Callable[[], object], seconds: float = PATIENCE) -> bool:
    """Tell whether a condition comes to hold."""
    deadline = time.monotonic() + seconds
    while not (holds := condition()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return bool(holds)


def pids(web: lab.Server) -> set[int]:
    """Return the pids of the workers there are now."""
    return {worker.pid for worker in web.workers}


@contextmanager
def under_way(web: lab.Server, seconds: float) -> Iterator[Future[tuple[int, str]]]:
    """Send a request that takes so long, and go on when it is being served."""
    lines = len(web.log.lines)
    with ThreadPoolExecutor(1) as client:
        answer = client.submit(ask, web, f"/slow?{seconds}")
        web.log.wait_for("slow has begun", since=lines)
        yield answer


@contextmanager
def shop(options: str = "--workers 2", program: str = SHOP) -> Iterator[tuple[lab.Server, Path]]:
    """Run a small shop in a folder of its own."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "shop.py").write_text(program)
        web = lab.launch(f"gunicorn shop:app {options}", cwd=folder)
        try:
            web.wait_until(workers=2)
            if "--daemon" not in options:  # A daemon's output goes nowhere.
                soon(lambda: web.log.text.count("shop is loaded") == 2)
            yield web, Path(folder)
        finally:
            web.stop(timeout=1)


# 1. How many are left.


SERIES = (
    (2, ["TTIN", "TTIN"]),
    (2, ["TTIN", "TTOU"]),
    (2, ["TTOU", "TTOU", "TTOU"]),
    (3, ["WINCH", "CHLD", "USR1"]),
    (2, ["TTIN", "HUP"]),
    (3, ["HUP", "TTOU"]),
)


def left(workers: int, signals: list[str]) -> tuple[int, int]:
    """Reckon how many workers there are after these signals, and how many of the first."""
    there, born = list(range(workers)), workers
    for name in signals:
        if name == "TTOU":
            there = there[1:] or there
        births = {"TTIN": 1, "HUP": workers}.get(name, 0)
        there = [*([] if name == "HUP" else there), *range(born, born + births)]
        born += births
    return len(there), sum(number < workers for number in there)


@question(
    1,
    seconds=15,
    section="The table",
    hints=(
        "Three of the signals change nobody. One knows a number that cannot be gone below.",
        "A reload reads the configuration again: which number of workers stands there?",
        (
            "Keep a list. `TTIN` appends a new one; `TTOU` drops the first unless it is the only one; `HUP` "
            "replaces the list by as many new ones as were configured; the others leave it alone."
        ),
    ),
)
def how_many_are_left(after: Callable[[int, list[str]], tuple[int, int]]) -> None:
    """The workers there are at the end, and those of the beginning among them."""
    for workers, signals in SERIES:
        told = after(workers, list(signals))
        returned(told, "two numbers")
        expect(
            isinstance(told, tuple | list) and len(told) == 2 and all(type(each) is int for each in told),
            "two whole numbers",
            told,
        )
        call = f"for `--workers {workers}` and {', '.join(signals)}"
        there, first = left(workers, signals)
        expect(told[0] == there, f"{call}, the number of workers at the end", told[0])
        expect(told[1] == first, f"{call}, the number of those who were there from the start", told[1])


@how_many_are_left.right
def reckoned() -> Any:
    return left


@how_many_are_left.right
def in_two_numbers() -> Any:
    def after(workers: int, signals: list[str]) -> list[int]:
        there, first = workers, workers
        for name in signals:
            match name:
                case "TTIN":
                    there += 1
                case "TTOU" if there > 1:
                    there, first = there - 1, max(0, first - 1)
                case "HUP":
                    there, first = workers, 0
        return [there, first]

    return after


def miscounted(name: str, change: Callable[[int, int, int], Any]) -> Any:
    """Return an `after` that is wrong wherever this signal is among those sent."""

    def after(workers: int, signals: list[str]) -> Any:
        there, first = left(workers, signals)
        return change(workers, there, first) if name in signals else (there, first)

    return after


@how_many_are_left.wrong("`--workers 2` and TTIN, HUP, the number of workers at the end, saw `3`")
def a_reload_keeps_the_number() -> Any:
    return miscounted("HUP", lambda workers, there, first: (there + 1, first))


@how_many_are_left.wrong("TTIN, HUP, the number of those who were there from the start, saw `2`")
def a_reload_keeps_the_workers() -> Any:
    return miscounted("HUP", lambda workers, there, first: (there, there))


@how_many_are_left.wrong("TTIN, TTOU, the number of those who were there from the start, saw `2`")
def the_youngest_goes() -> Any:
    return miscounted("TTOU", lambda workers, there, first: (there, workers))


@how_many_are_left.wrong("TTOU, TTOU, TTOU, the number of workers at the end, saw `0`")
def down_to_nobody() -> Any:
    return miscounted("TTOU", lambda workers, there, first: (0, 0) if there == 1 else (there, first))


@how_many_are_left.wrong("WINCH, CHLD, USR1, the number of workers at the end, saw `0`")
def as_if_it_were_a_daemon() -> Any:
    return miscounted("WINCH", lambda *_: (0, 0))


@how_many_are_left.wrong("TTIN, TTIN, the number of workers at the end, saw `0`")
def in_and_out_taken_for_each_other() -> Any:
    return miscounted("TTIN", lambda workers, there, first: (2 * workers - there, first))


@how_many_are_left.wrong("two whole numbers, saw `4`")
def one_number() -> Any:
    return lambda workers, signals: left(workers, signals)[0]


@how_many_are_left.wrong("returns nothing")
def printed() -> Any:
    return lambda workers, signals: print(*left(workers, signals))


# 2. The right signal.


PURPOSES = ("grow", "reopen", "reload", "finish", "now")
LOGGING = "--workers 2 --access-logfile access.log --access-logformat served"


@question(
    2,
    seconds=15,
    section="The table",
    hints=(
        "The lesson has a table with a row for each signal to the master.",
        "Two signals end a server: one lets it finish. The log is reopened by the first of two user signals.",
        "In this order: one more (in), user signal 1, hang up, terminate, and what Ctrl-C sends.",
    ),
)
def right_signals(signals: Mapping[str, Any]) -> None:
    """Each has the effect that was asked for, and no other."""
    expect(isinstance(signals, Mapping), "a dictionary of signals", signals)
    missing = [name for name in PURPOSES if name not in signals]
    expect(not missing, "a signal under each of the five names", saw=f"none under {', '.join(missing)}")
    if all(signals[name] is None for name in PURPOSES):
        unattempted("The five signals are still `None`.")

    def send(name: str, web: lab.Server) -> None:
        try:
            web.signal(signals[name])
        except (ValueError, TypeError):
            fail(f"'{name}': the name of a signal", signals[name])

    def alive(name: str, web: lab.Server) -> None:
        expect(web.running, f"'{name}': a server that goes on running", saw=f"it {web.ending}")

    with shop(LOGGING) as (web, folder):
        grow(send, alive, web)
        reopen(send, alive, web, folder)
        reload(send, alive, web)
        with under_way(web, HOLD) as answer:
            send("finish", web)
            status, text = answer.result()
            expect(
                status == 200,
                "'finish': the answer to the request under way",
                saw=text if not status else f"status {status}",
            )
        ended = soon(lambda: not web.running)
        expect(ended, "'finish': a server that has ended", saw="it still runs")
    with shop() as (web, _), under_way(web, 5):
        try:
            send("now", web)
            ended = soon(lambda: not web.running)
            left = ", ".join(process.name for process in web.tree())
            expect(ended, "'now': nothing left of the server, and no waiting", saw=f"still there: {left}")
        finally:
            web.stop(timeout=0)


Send = Callable[[str, lab.Server], None]


def grow(send: Send, alive: Send, web: lab.Server) -> None:
    before = pids(web)
    send("grow", web)
    soon(lambda: len(web.workers) == 3 or not web.running)
    alive("grow", web)
    expect(len(web.workers) == 3, "'grow': three workers where there were two", saw=f"{len(web.workers)}")
    expect(before < pids(web), "'grow': the two workers of before among them", saw="others")


def reopen(send: Send, alive: Send, web: lab.Server, folder: Path) -> None:
    before, log = pids(web), folder / "access.log"
    log.rename(folder / "access.log.1")
    send("reopen", web)
    soon(lambda: log.exists() or not web.running)
    alive("reopen", web)
    expect(log.exists(), "'reopen': a new file under the old name", saw="none")
    soon(lambda: not before & pids(web), 0.3)
    expect(before == pids(web), "'reopen': the workers of before", saw="others: they were replaced")


def reload(send: Send, alive: Send, web: lab.Server) -> None:
    before, master = pids(web), web.pid
    send("reload", web)
    soon(lambda: (web.workers and not before & pids(web)) or not web.running)
    alive("reload", web)
    masters = len(web.tree().masters)
    expect(
        masters == 1 and web.pid == master, "'reload': the master of before, alone", saw=f"{masters} masters"
    )
    stayed = len(before & pids(web))
    expect(not stayed, "'reload': new workers in place of all others", saw=f"{stayed} of the old ones")
    expect(soon(lambda: ask(web, "/")[0] == 200), "'reload': an answer from a new worker", saw="none")


RIGHT_SIGNALS = {"grow": "TTIN", "reopen": "USR1", "reload": "HUP", "finish": "TERM", "now": "INT"}


@right_signals.blank
def nothing_yet() -> Any:
    return dict.fromkeys(PURPOSES)


@right_signals.right
def as_in_the_table() -> Any:
    return dict(RIGHT_SIGNALS)


@right_signals.right
def by_constants() -> Any:
    return {name: signal.Signals[f"SIG{value}"] for name, value in RIGHT_SIGNALS.items()} | {"now": "SIGQUIT"}


@right_signals.wrong("'grow': three workers where there were two, saw 1")
def one_fewer() -> Any:
    return RIGHT_SIGNALS | {"grow": "TTOU"}


@right_signals.wrong("'grow': the name of a signal, saw `'TTOUT'`")
def a_name_of_no_signal() -> Any:
    return RIGHT_SIGNALS | {"grow": "TTOUT"}


@right_signals.wrong("'reopen': the workers of before, saw others")
def a_reload_for_the_log() -> Any:
    return RIGHT_SIGNALS | {"reopen": "HUP"}


@right_signals.wrong("'reopen': a new file under the old name, saw none")
def the_window_for_the_log() -> Any:
    return RIGHT_SIGNALS | {"reopen": "WINCH"}


@right_signals.wrong("'reload': the master of before, alone, saw 2 masters")
def a_second_master() -> Any:
    return RIGHT_SIGNALS | {"reload": "USR2"}


@right_signals.wrong("'reload': a server that goes on running, saw it exited with status 0")
def an_end_for_a_reload() -> Any:
    return RIGHT_SIGNALS | {"reload": "TERM"}


@right_signals.wrong("'finish': the answer to the request under way, saw")
def in_a_hurry() -> Any:
    return RIGHT_SIGNALS | {"finish": "INT"}


@right_signals.wrong("'now': nothing left of the server, and no waiting, saw still there: master")
def with_patience() -> Any:
    return RIGHT_SIGNALS | {"now": "TERM"}


@right_signals.wrong("'now': nothing left of the server, and no waiting, saw still there: worker")
def the_master_alone() -> Any:
    return RIGHT_SIGNALS | {"now": "KILL"}


@right_signals.wrong("a signal under each of the five names, saw none under now")
def four_of_five() -> Any:
    return {name: RIGHT_SIGNALS[name] for name in PURPOSES[:-1]}


# 3. A log, rotated.


@question(
    3,
    seconds=10,
    section="USR1: a log that was moved",
    hints=(
        "A renamed file is the same file. Who has it open writes on into it, whatever it is called.",
        "Rename first, then have master and workers open their log again by its name.",
        '`log.rename(f"{log}.1")`, then `web.signal("USR1")`, then wait until `log` exists.',
    ),
)
def rotated(rotate: Callable[[lab.Server, Path], Any]) -> None:
    """New lines go to a new file, the old ones are kept, and no process is replaced."""
    options = "--workers 2 --access-logfile access.log --access-logformat '%(p)s %(q)s'"
    with shop(options) as (web, folder):
        log, old = folder / "access.log", folder / "access.log.1"
        pair(web, "before")
        soon(lambda: len(lines(log, "before")) == 2)
        tree = web.tree()
        rotate(web, log)
        expect(web.running, "the server, running", saw=f"it {web.ending}")
        expect(old.exists(), "a file `access.log.1`", saw="none")
        kept = len(lines(old, "before"))
        expect(kept == 2, "the two lines of before in `access.log.1`", saw=f"{kept}")
        new, stray = after_rotation(web, log, old)
        same_family(web, tree)
        expect(log.exists(), "a new file `access.log`", saw="none")
        again = len(lines(log, "before"))
        expect(not again, "no line of before in `access.log`", saw=f"{again}")
        expect(not stray or new, "the lines of new requests in `access.log`", saw="they go to `access.log.1`")
        expect(
            not stray,
            "the lines of new requests in `access.log`, whichever worker writes them",
            saw="those of one worker go to `access.log.1`",
        )


def pair(web: lab.Server, mark: str) -> None:
    """Have two requests served at a time, one by each worker."""
    with ThreadPoolExecutor(2) as clients:
        list(clients.map(lambda _: ask(web, f"/slow?0.15{'0' * (mark == 'after')}"), range(2)))


def lines(file: Path, mark: str) -> list[str]:
    """Return the pids in the lines of a log that tell of requests `before` or `after`."""
    wanted = "?0.150" if mark == "after" else "?0.15"
    found = file.read_text().splitlines() if file.exists() else []
    return [line.split()[0] for line in found if line.split()[-1].lstrip("-") in (wanted, wanted[1:])]


def after_rotation(web: lab.Server, log: Path, old: Path) -> tuple[int, int]:
    """Return how many lines of a round of requests went to the new file and how many to the old one."""
    began, heard = time.monotonic(), [0, 0]
    while True:
        before = len(lines(log, "after")), len(lines(old, "after"))
        pair(web, "after")
        seen = sum(before)
        soon(lambda seen=seen: len(lines(log, "after")) + len(lines(old, "after")) >= seen + 2, 0.5)
        there, stray = lines(log, "after")[before[0] :], lines(old, "after")[before[1] :]
        # A worker takes a moment to open its log again, and both workers are to be heard.
        if len({*there, *stray}) == 2 and not stray:
            return 2, 0
        if (passed := time.monotonic() - began) > 0.5:
            heard = [heard[0] + len(there), heard[1] + len(stray)]
        if passed > PATIENCE:
            return heard[0], heard[1]


def same_family(web: lab.Server, before: Tree) -> None:
    """Fail where a process was replaced."""

    def missing() -> list[str]:
        now = {process.pid for process in web.tree() if process.alive}
        return [process.name for process in before if process.pid not in now]

    soon(missing, 0.2)
    gone = missing()
    expect(not gone, "master and workers as they were", saw=f"{' and '.join(gone)} replaced")


@rotated.right
def renamed_and_told() -> Any:
    def rotate(web: lab.Server, log: Path) -> None:
        log.rename(f"{log}.1")
        web.signal("USR1")
        web.wait_until(log.exists)

    return rotate


@rotated.right
def copied_and_truncated() -> Any:
    def rotate(_: lab.Server, log: Path) -> None:
        shutil.copy(log, f"{log}.1")
        os.truncate(log, 0)

    return rotate


@rotated.right
def as_a_shell_does_it() -> Any:
    def rotate(web: lab.Server, log: Path) -> None:
        subprocess.run(f"mv '{log}' '{log}.1' && kill -USR1 {web.pid}", shell=True, check=True)

    return rotate


@rotated.wrong("a new file `access.log`, saw none")
def renamed_only() -> Any:
    return lambda _, log: log.rename(f"{log}.1")


@rotated.wrong("the lines of new requests in `access.log`, saw they go to `access.log.1`")
def a_new_file_by_hand() -> Any:
    def rotate(_: lab.Server, log: Path) -> None:
        log.rename(f"{log}.1")
        log.touch()

    return rotate


@rotated.wrong("no line of before in `access.log`, saw 2")
def copied() -> Any:
    return lambda web, log: (shutil.copy(log, f"{log}.1"), web.signal("USR1"))


@rotated.wrong("a file `access.log.1`, saw none")
def thrown_away() -> Any:
    return lambda web, log: (log.unlink(), web.signal("USR1"))


@rotated.wrong("worker 1 and worker 2 replaced")
def reloaded() -> Any:
    def rotate(web: lab.Server, log: Path) -> None:
        log.rename(f"{log}.1")
        before = pids(web)
        web.signal("HUP")
        web.wait_until(lambda: not before & pids(web), workers=2)

    return rotate


@rotated.wrong("whichever worker writes them")
def one_worker_told() -> Any:
    def rotate(web: lab.Server, log: Path) -> None:
        log.rename(f"{log}.1")
        web.workers[0].signal("USR1")
        web.wait_until(log.exists)

    return rotate


@rotated.wrong("the server, running, saw it exited with status 0")
def stopped_for_it() -> Any:
    def rotate(web: lab.Server, log: Path) -> None:
        web.stop()
        log.rename(f"{log}.1")

    return rotate


@rotated.wrong("the two lines of before in `access.log.1`, saw 0")
def an_empty_archive() -> Any:
    return lambda _, log: (Path(f"{log}.1").touch(), os.truncate(log, 0))


# 4. New code, if it is any good.


BROKEN = SHOP.replace("VERSION = 1", "VERSION = 2\nimport tills  # there is no such module")
MENDED = SHOP.replace("VERSION = 1", "VERSION = 3  # no tills any more")


@question(
    4,
    seconds=15,
    section="HUP with code that is broken",
    hints=(
        "What the master does when no new worker can load the code, you have seen. So look before you send.",
        (
            "Load the code in a process of its own, where nothing can happen: `gunicorn --check-config` "
            "or Python itself, started in that folder; its exit status tells."
        ),
        (
            '`subprocess.run([sys.executable, "-m", "gunicorn", "--check-config", "shop:app"], cwd=folder)`: '
            "if its `returncode` is 0, note the workers' pids, send HUP, and wait until none of them is left."
        ),
    ),
)
def deployed(deploy: Callable[[lab.Server, Path], bool]) -> None:
    """Reloads what can be loaded, leaves the rest alone, and loses no request."""
    with shop() as (web, folder):
        master, before = web.pid, pids(web)
        (folder / "shop.py").write_text(BROKEN)
        told = deploy(web, folder)
        # Its old workers may answer for a moment when its end is certain.
        soon(lambda: not web.running, 0.3 if before <= pids(web) else 2 * PATIENCE)
        expect(
            web.running, "a server that runs on when the new code cannot be loaded", saw=f"it {web.ending}"
        )
        status, text = ask(web, "/")
        expect(
            status == 200 and text.startswith("1 "),
            "the old code's answer when the new code cannot be loaded",
            saw=f"status {status}" if status else text,
        )
        returned(told, "`True` or `False`")
        expect(same(told, False), "`False` for code that cannot be loaded", told)
        before = pids(web)
        (folder / "shop.py").write_text(MENDED)
        with customers(web) as outcomes:
            told = deploy(web, folder)
            now = pids(web)
        expect(web.running, "the server that was given, running on with the new code", saw=f"it {web.ending}")
        lost = outcomes.total() - outcomes[200]
        expect(not lost, "an answer to each request that was under way", saw=f"none to {lost} of them")
        masters = web.tree().masters
        expect(len(masters) == 1, "one master", saw=f"{len(masters)}")
        expect(masters[0].pid == master, "the master of before", saw="another one")
        expect(now - before, "new workers for new code", saw="the workers of before, and no other")
        expect(not now & before, "none of the old workers left when it returns", saw="one is still there")
        answers = {ask(web, "/")[1].partition(" ")[0] for _ in range(4)}
        expect(
            answers == {"3"}, "the new code in every answer", saw=f"version {' and '.join(sorted(answers))}"
        )
        expect(same(told, True), "`True` for code that was put into service", told)


@contextmanager
def customers(web: lab.Server) -> Iterator[Counter[int]]:
    """Keep both workers busy with slow requests while the block runs; count the answers by status."""
    outcomes: Counter[int] = Counter()
    lines, over = len(web.log.lines), Event()

    def go_on() -> None:
        while web.running and not over.is_set():
            outcomes[ask(web, f"/slow?{HOLD}")[0]] += 1

    with ThreadPoolExecutor(2) as clients:
        for _ in range(2):
            clients.submit(go_on)
        try:
            soon(lambda: "\n".join(web.log.lines[lines:]).count("slow has begun") >= 2)
            yield outcomes
        finally:
            over.set()


def loads(folder: Path) -> bool:
    """Tell whether the code in a folder can be loaded, by Gunicorn's own means."""
    command = [sys.executable, "-m", "gunicorn", "--check-config", "shop:app"]
    return not subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode


def reloading(web: lab.Server) -> None:
    """Reload, and wait until no worker of before is left."""
    before = pids(web)
    web.signal("HUP")
    web.wait_until(lambda: not before & pids(web), workers=2)


@deployed.right
def looked_at_by_gunicorn() -> Any:
    def deploy(web: lab.Server, folder: Path) -> bool:
        if loads(folder):
            reloading(web)
            return True
        return False

    return deploy


@deployed.right
def one_worker_after_the_other() -> Any:
    def deploy(web: lab.Server, folder: Path) -> bool:
        import subprocess
        import sys

        command = [sys.executable, "-c", "import shop"]
        if subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode:
            return False
        for worker in web.workers:
            worker.signal("TERM")
            web.wait_until(lambda gone=worker: gone.pid not in pids(web), workers=2)
        return True

    return deploy


@deployed.wrong("when the new code cannot be loaded, saw it exited with status")
def hung_up_and_hoped() -> Any:
    def deploy(web: lab.Server, _: Path) -> bool:
        before = pids(web)
        web.signal("HUP")
        web.wait_until(lambda: not before & pids(web))
        return web.running

    return deploy


@deployed.wrong("`False` for code that cannot be loaded, saw `True`")
def always_content() -> Any:
    return lambda *_: True


@deployed.wrong("the workers of before, and no other")
def looked_and_left_it_at_that() -> Any:
    return lambda _, folder: loads(folder)


@deployed.wrong("none of the old workers left when it returns, saw one is still there")
def back_when_the_new_are_born() -> Any:
    def deploy(web: lab.Server, folder: Path) -> bool:
        if not loads(folder):
            return False
        before = pids(web)
        web.signal("HUP")
        web.wait_until(lambda: pids(web) - before)
        return True

    return deploy


@deployed.wrong("the server that was given, running on with the new code, saw it exited with status 0")
def started_anew() -> Any:
    def deploy(web: lab.Server, folder: Path) -> bool:
        if not loads(folder):
            return False
        web.stop()
        lab.launch("gunicorn shop:app --workers 2", cwd=folder).stop()
        return True

    return deploy


@deployed.wrong("an answer to each request that was under way, saw none to")
def killed_one_after_the_other() -> Any:
    def deploy(web: lab.Server, folder: Path) -> bool:
        if not loads(folder):
            return False
        for worker in web.workers:
            worker.signal("KILL")
            web.wait_until(lambda gone=worker: gone.pid not in pids(web), workers=2)
        return True

    return deploy


@deployed.wrong("one master, saw 2")
def a_second_master_left_there() -> Any:
    def deploy(web: lab.Server, folder: Path) -> bool:
        if not loads(folder):
            return False
        web.signal("USR2")
        web.wait_until(workers=4)
        return True

    return deploy


@deployed.wrong("`True` for code that was put into service, saw `None`")
def silent_when_all_is_well() -> Any:
    def deploy(web: lab.Server, folder: Path) -> bool | None:
        if not loads(folder):
            return False
        reloading(web)
        return None

    return deploy


# 5. An upgrade that can be taken back.


@question(
    5,
    seconds=20,
    section="The way back",
    hints=(
        (
            "`web.tree().masters` has both masters once the second is there, the old one first; "
            "a worker's `ppid` tells whose it is."
        ),
        (
            "USR2, and wait until the second master has workers. WINCH to the old one, and wait until it has "
            "none. Then ask. HUP brings its workers back."
        ),
        (
            "If it is healthy: QUIT to the old master, and wait until one master is left. If not: HUP to the "
            "old one, wait until it has two workers, TERM to the new one, and wait until it is gone."
        ),
    ),
)
def upgraded(upgrade: Callable[[lab.Server, Callable[[], bool]], bool]) -> None:
    """Goes forward, or back, as the answers of the new master's workers say; loses no request."""
    with shop("--workers 2 --daemon --pid shop.pid") as (web, _):
        old = web.pid
        for healthy in (False, True):
            asked: list[Tree] = []

            def look(healthy: bool = healthy, asked: list[Tree] = asked) -> bool:
                soon(lambda: not of(web.snapshot(), old))
                asked.append(web.snapshot())
                return healthy

            with traffic(web) as outcomes:
                told = upgrade(web, look)
                expect(web.running, "the server, running", saw=f"it {web.ending}")
                asked_once(asked, old, healthy)
                settled(web, old, healthy)
                expect(
                    same(told, healthy),
                    f"what the function returns where `healthy()` is {healthy}",
                    told,
                )
            lost = outcomes.total() - outcomes[200]
            expect(
                not lost,
                f"every request answered where `healthy()` is {healthy}",
                saw=f"{lost} of {outcomes.total()} not answered",
            )


def of(tree: Tree, master: int) -> list[Any]:
    """Return the workers of one master."""
    return [worker for worker in tree.workers if worker.ppid == master]


def asked_once(asked: list[Tree], old: int, healthy: bool) -> None:
    """Fail unless `healthy` was asked in the right moment."""
    where = f"where it is {healthy}"
    expect(asked, f"`healthy()` asked, {where}", saw="it was never called")
    [tree] = asked[:1]
    expect(
        len(tree.masters) == 2, f"two masters when `healthy()` is asked, {where}", saw=f"{len(tree.masters)}"
    )
    expect(
        not of(tree, old),
        f"workers of the new master alone when `healthy()` is asked, {where}",
        saw=f"{len(of(tree, old))} of the old one, who answer too",
    )


def settled(web: lab.Server, old: int, healthy: bool) -> None:
    """Fail unless one master is left, the right one, with two workers."""
    where = f"in the end, where `healthy()` is {healthy}"
    soon(lambda: len(web.tree().masters) == 1)
    masters = web.tree().masters
    expect(len(masters) == 1, f"one master {where}", saw=f"{len(masters)}")
    right = (masters[0].pid != old) == healthy
    expect(right, f"the {'new' if healthy else 'old'} master {where}", saw="the other one")
    soon(lambda: len(of(web.snapshot(), masters[0].pid)) == 2)
    workers = len(of(web.snapshot(), masters[0].pid))
    expect(workers == 2, f"two workers {where}", saw=f"{workers}")


@contextmanager
def traffic(web: lab.Server) -> Iterator[Counter[int]]:
    """Send requests one after the other while the block runs; count their statuses, 0 for no answer."""
    outcomes: Counter[int] = Counter()
    over = Event()

    def go_on() -> None:
        while not over.wait(0.005):
            status, _ = ask(web, "/", timeout=10)
            # One that is still waiting when all is over tells nothing.
            if not over.is_set() or status:
                outcomes[status] += 1

    with ThreadPoolExecutor(1) as client:
        client.submit(go_on)
        try:
            yield outcomes
        except BaseException:
            over.set()
            web.stop(timeout=0)
            raise
        over.set()


class Masters:
    """The steps of an upgrade, each done when its effect is seen."""

    def __init__(self, web: lab.Server) -> None:
        self.web = web
        web.signal("USR2")
        web.wait_until(lambda: len(web.tree().masters) == 2)
        self.old, self.new = (master.pid for master in web.tree().masters)
        web.wait_until(lambda: len(of(web.snapshot(), self.new)) == 2)

    def retire(self) -> None:
        """Have the old one end its workers."""
        os.kill(self.old, signal.SIGWINCH)
        self.web.wait_until(lambda: not of(self.web.snapshot(), self.old))

    def recall(self) -> None:
        """Have the old one fork workers again."""
        os.kill(self.old, signal.SIGHUP)
        self.web.wait_until(lambda: len(of(self.web.snapshot(), self.old)) == 2)

    def end(self, pid: int, number: signal.Signals) -> None:
        """End one of the two."""
        os.kill(pid, number)
        self.web.wait_until(lambda: pid not in {master.pid for master in self.web.tree().masters})


@upgraded.right
def step_by_step() -> Any:
    def upgrade(web: lab.Server, healthy: Callable[[], bool]) -> bool:
        masters = Masters(web)
        masters.retire()
        if healthy():
            masters.end(masters.old, signal.SIGQUIT)
            return True
        masters.recall()
        masters.end(masters.new, signal.SIGTERM)
        return False

    return upgrade


@upgraded.right
def with_kill_and_without_a_winch() -> Any:
    def upgrade(web: lab.Server, healthy: Callable[[], bool]) -> bool:
        import subprocess

        web.signal("USR2")
        web.wait_until(lambda: len(web.tree().masters) == 2, workers=4)
        old, new = web.tree().masters
        for _ in range(2):
            subprocess.run(["kill", "-TTOU", str(old.pid)], check=True)
        # The last worker stays, whatever is sent: only WINCH ends it.
        subprocess.run(["kill", "-WINCH", str(old.pid)], check=True)
        web.wait_until(lambda: not of(web.snapshot(), old.pid))
        if good := healthy():
            subprocess.run(["kill", "-TERM", str(old.pid)], check=True)
        else:
            subprocess.run(["kill", "-HUP", str(old.pid)], check=True)
            web.wait_until(workers=4)
            subprocess.run(["kill", "-TERM", str(new.pid)], check=True)
        web.wait_until(lambda: len(web.tree().masters) == 1)
        return good

    return upgrade


@upgraded.wrong("`healthy()` asked, where it is False, saw it was never called")
def forward_whatever_comes() -> Any:
    def upgrade(web: lab.Server, _: Callable[[], bool]) -> bool:
        masters = Masters(web)
        masters.retire()
        masters.end(masters.old, signal.SIGQUIT)
        return True

    return upgrade


@upgraded.wrong("when `healthy()` is asked, where it is False, saw 2 of the old one, who answer too")
def asked_while_both_serve() -> Any:
    def upgrade(web: lab.Server, healthy: Callable[[], bool]) -> bool:
        masters = Masters(web)
        good = healthy()
        masters.retire()
        masters.end(masters.old if good else masters.new, signal.SIGTERM)
        return good

    return upgrade


@upgraded.wrong("two masters when `healthy()` is asked, where it is False, saw 1")
def asked_too_late() -> Any:
    def upgrade(web: lab.Server, healthy: Callable[[], bool]) -> bool:
        masters = Masters(web)
        masters.retire()
        masters.end(masters.old, signal.SIGTERM)
        return healthy()

    return upgrade


@upgraded.wrong("one master in the end, where `healthy()` is False, saw 2")
def called_back_and_the_new_left() -> Any:
    def upgrade(web: lab.Server, healthy: Callable[[], bool]) -> bool:
        masters = Masters(web)
        masters.retire()
        if healthy():
            masters.end(masters.old, signal.SIGQUIT)
            return True
        masters.recall()
        return False

    return upgrade


@upgraded.wrong("two workers in the end, where `healthy()` is False, saw 0")
def nobody_called_back() -> Any:
    def upgrade(web: lab.Server, healthy: Callable[[], bool]) -> bool:
        masters = Masters(web)
        masters.retire()
        good = healthy()
        masters.end(masters.old if good else masters.new, signal.SIGTERM)
        return good

    return upgrade


@upgraded.wrong("the old master in the end, where `healthy()` is False, saw the other one")
def forward_all_the_same() -> Any:
    def upgrade(web: lab.Server, healthy: Callable[[], bool]) -> bool:
        masters = Masters(web)
        masters.retire()
        good = healthy()
        masters.end(masters.old, signal.SIGQUIT)
        return good

    return upgrade


@upgraded.wrong("one master in the end, where `healthy()` is True, saw 2")
def the_old_one_kept_in_reserve() -> Any:
    def upgrade(web: lab.Server, healthy: Callable[[], bool]) -> bool:
        masters = Masters(web)
        masters.retire()
        if not healthy():
            masters.recall()
            masters.end(masters.new, signal.SIGTERM)
            return False
        return True

    return upgrade


@upgraded.wrong("what the function returns where `healthy()` is False, saw `None`")
def nothing_said() -> Any:
    def upgrade(web: lab.Server, healthy: Callable[[], bool]) -> None:
        masters = Masters(web)
        masters.retire()
        if healthy():
            masters.end(masters.old, signal.SIGQUIT)
        else:
            masters.recall()
            masters.end(masters.new, signal.SIGTERM)

    return upgrade


# 6. Who holds the address.


@question(
    6,
    seconds=15,
    section="KILL to the master",
    hints=(
        "The master is gone, and with it whoever would have ended the workers. Who listens there now?",
        (
            "`ps axww -o pid=,args=` lists every process; `lab.descriptors(pid, address)` is empty for those "
            "that do not hold the socket. A worker can be sent a signal as well as a master."
        ),
        (
            "For each pid that says gunicorn and holds the socket, `os.kill(pid, signal.SIGTERM)`; then wait "
            "until none holds it."
        ),
    ),
)
def freed(free: Callable[[str], Any]) -> None:
    """Ends the orphans at one address, both of them, and nobody else."""
    with (
        lab.launch(f"{LAB} --workers 2 --timeout 120") as web,
        lab.launch(f"{LAB} --timeout 120") as other,
    ):
        web.wait_until(workers=2)
        tree = other.tree()
        web.signal("KILL")
        web.wait_until(lambda: web.tree().master is None)
        free(web.address)
        expect(
            other.running,
            "the server at the other address, running: nobody complained of it",
            saw=f"it {other.ending}",
        )
        same_family(other, tree)
        soon(lambda: not holders(web))
        held = holders(web)
        seen = "1 process, with nobody above it" if len(held) == 1 else f"{len(held)} processes"
        expect(not held, "nobody who listens at the address", saw=seen)
        with socket.socket() as newcomer:
            newcomer.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                newcomer.bind(("127.0.0.1", web.port))
            except OSError as error:
                fail("an address that another server can take", saw=f"{error.strerror}")


def holders(web: lab.Server) -> list[int]:
    """Return who of a server's processes holds its socket."""
    return [process.pid for process in web.tree() if web.address in process.listening]


def gunicorns() -> list[int]:
    """Return the pid of every process that says gunicorn."""
    listed = subprocess.run(["ps", "axww", "-o", "pid=,args="], capture_output=True, text=True, check=True)
    return [int(line.split()[0]) for line in listed.stdout.splitlines() if "gunicorn" in line]


@freed.right
def by_descriptors() -> Any:
    def free(address: str) -> None:
        there = [pid for pid in gunicorns() if lab.descriptors(pid, address)]
        for pid in there:
            os.kill(pid, signal.SIGTERM)
        while any(lab.descriptors(pid, address) for pid in there):
            pass

    return free


@freed.right
def by_asking_each_a_last_time() -> Any:
    def free(address: str) -> None:
        import urllib.error
        import urllib.request

        # An orphan looks for its parent when it has served a request, and ends.
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://{address}/ping").close()
            except OSError:
                return

    return free


@freed.right
def by_what_the_lab_knows() -> Any:
    def free(address: str) -> None:
        [web] = [web for web in lab.servers() if web.address == address]
        for worker in web.workers:
            worker.signal("KILL")
        web.wait_until(running=False)

    return free


@freed.wrong("nobody who listens at the address, saw 2 processes")
def patience() -> Any:
    return lambda _: None


@freed.wrong("nobody who listens at the address, saw 1 process, with nobody above it")
def one_of_them() -> Any:
    def free(address: str) -> None:
        [pid, *_] = [pid for pid in gunicorns() if lab.descriptors(pid, address)]
        os.kill(pid, signal.SIGTERM)

    return free


@freed.wrong("the server at the other address, running: nobody complained of it, saw it exited with status 0")
def all_that_say_gunicorn() -> Any:
    def free(_: str) -> None:
        for web in lab.servers():
            web.stop()

    return free


@freed.wrong("saw worker 1 replaced")
def all_workers_there_are() -> Any:
    def free(_: str) -> None:
        for web in lab.servers():
            for worker in web.workers:
                worker.signal("KILL")
                web.wait_until(lambda web=web, gone=worker: gone.pid not in pids(web))

    return free


@freed.wrong("The master has ended: SIGTERM was not sent")
def a_signal_to_the_dead() -> Any:
    def free(address: str) -> None:
        [web] = [web for web in lab.servers() if web.address == address]
        web.signal("TERM")

    return free


@freed.wrong("LaunchError")
def a_server_in_its_place() -> Any:
    return lambda address: lab.launch(f"{LAB} --bind {address}", timeout=1).stop()


# 7. Half a server.


ORDERS = Path(__file__).with_name("broken_orders.py").read_text()
ORDERING = "gunicorn orders:app --workers 2"
_numbers = count(1)


@question(
    7,
    seconds=12,
    section="WINCH and CHLD by themselves",
    hints=(
        "Look at the tree twice: which pid stays, and which does not? The log says why, among much else.",
        (
            "What the module does when it is imported, every worker does, and the first one keeps what "
            "it has got for as long as it lives. What could each have for itself, or for a moment?"
        ),
        (
            "Let each process have a file of its own (`orders-{os.getpid()}.txt`), or take the lock around "
            "the `write` and give it back; then have both workers load the new code."
        ),
    ),
)
def whole_again(web: lab.Server, folder: Path) -> None:
    """Serves two at a time, has every order on record, and no worker dies any more."""
    program = (Path(folder) / "orders.py").read_text()
    if program == ORDERS and web.running and web.typed == ORDERING:
        unattempted("The program and the command are as they were.")
    expect(web.running, "a server that runs", saw=f"it {web.ending}")
    lines, there = len(web.log.lines), pids(web)
    there |= {int(pid) for pid in re.findall(r"Booting worker with pid: (\d+)", web.log.text)}

    def dying() -> list[str]:
        """Return what the log says of the end of workers born since: the old ones may go."""
        found = [line for line in web.log.lines[lines:] if re.search(r"exited with code|was sent SIG", line)]
        told = [re.sub(r"^.*\] |\(pid:\d+\) ?", "", line) for line in found if not there & numbers(line)]
        return [line.strip() for line in told]

    ask(web, "/")
    deadline, taken = time.monotonic() + PATIENCE, list[str]()
    while not (together := two_orders(web, taken)) and time.monotonic() < deadline:
        pass  # A worker that has only just been forked serves nobody yet.
    soon(dying, 1.2 if together else PATIENCE)
    expect(not dying(), "no worker that dies", saw=f"in the log: {(dying() or [''])[0]}")
    workers = len(web.workers)
    expect(
        together,
        "two orders served at the same time",
        saw=f"one after the other, with {workers} worker{'s' * (workers != 1)}",
    )
    for name in taken:
        times = sum(file.read_text().split().count(name) for file in Path(folder).glob("orders*.txt"))
        expect(
            times == 1,
            "each order on record once, in a file `orders*.txt`",
            saw=f"one is there {times} times",
        )


def numbers(line: str) -> set[int]:
    """Return the whole numbers in a line."""
    return {int(number) for number in re.findall(r"\d+", line)}


def two_orders(web: lab.Server, taken: list[str]) -> bool:
    """Order twice at a time, note what was ordered, and tell whether both were served at the same time."""
    names = [f"check-{next(_numbers)}-{os.getpid()}" for _ in range(2)]
    with ThreadPoolExecutor(2) as clients:
        answers = list(clients.map(lambda name: (*ask(web, f"/{name}"), time.monotonic()), names))
    for status, text, _ in answers:
        expect(
            status == 200 and text.startswith("order check-"),
            "an answer to each of two orders",
            saw=f"status {status}" if status else text,
        )
    taken += names
    # The second is half a second behind the first where it had to wait for it.
    return abs(answers[0][2] - answers[1][2]) < 0.3


@contextmanager
def ordering(program: str = ORDERS, command: str = ORDERING, **options: Any) -> Iterator[Given]:
    """Run orders, mended or not, in a folder of its own."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "orders.py").write_text(program)
        web = lab.launch(command, cwd=folder, **options)
        try:
            yield Given(web, Path(folder))
        finally:
            web.stop(timeout=0.5)


def changed(old: str, new: str) -> str:
    """Return the program with a change."""
    assert old in ORDERS
    return ORDERS.replace(old, new)


OPENING = ORDERS[ORDERS.index("orders = os.open") : ORDERS.index("def app")]
OWN_FILE = changed('"orders.txt"', 'f"orders-{os.getpid()}.txt"')
LOCKED_WRITE = ORDERS.replace(OPENING, "\n").replace(
    '        os.write(orders, f"{order}\\n".encode())\n',
    '        with open(FILE, "a") as orders:\n'
    "            fcntl.flock(orders, fcntl.LOCK_EX)\n"
    '            orders.write(f"{order}\\n")\n',
)


@whole_again.blank
def as_it_was() -> Iterator[Given]:
    with ordering() as given:
        yield given


@whole_again.right
def a_file_for_each() -> Iterator[Given]:
    with ordering(OWN_FILE) as given:
        given.args[0].wait_until(workers=2)
        yield given


@whole_again.right
def a_lock_for_a_moment_and_a_reload() -> Iterator[Given]:
    with ordering() as given:
        web, folder = given.args
        (folder / "orders.py").write_text(LOCKED_WRITE)
        first = web.workers[0].pid
        web.signal("HUP")
        web.wait_until(lambda: first not in pids(web), workers=2)
        yield given


@whole_again.right
def loaded_once() -> Iterator[Given]:
    with ordering(command=f"{ORDERING} --preload") as given:
        yield given


@whole_again.right
def two_threads() -> Iterator[Given]:
    with ordering(command="gunicorn orders:app --workers 1 --threads 2") as given:
        yield given


@whole_again.wrong("no worker that dies, saw in the log: Worker exited with code 1")
def more_time() -> Iterator[Given]:
    with ordering(command=f"{ORDERING} --timeout 120") as given:
        yield given


@whole_again.wrong("saw one after the other, with 1 worker")
def one_worker_and_peace() -> Iterator[Given]:
    with ordering(command="gunicorn orders:app --workers 1") as given:
        yield given


@whole_again.wrong("saw one after the other, with 2 workers")
def waiting_for_the_lock() -> Iterator[Given]:
    with ordering(changed(" | fcntl.LOCK_NB", "")) as given:
        given.args[0].wait_until(workers=2)
        yield given


@whole_again.wrong("each order on record once, in a file `orders*.txt`, saw one is there 0 times")
def without_a_record() -> Iterator[Given]:
    quiet = changed("    sys.exit(", '    orders = os.open("/dev/null", os.O_WRONLY)\n    print(')
    with ordering(quiet) as given:
        given.args[0].wait_until(workers=2)
        yield given


@whole_again.wrong("an answer to each of two orders, saw status 500")
def no_file_at_all() -> Iterator[Given]:
    with ordering(ORDERS.replace(OPENING, "\n")) as given:
        given.args[0].wait_until(workers=2)
        yield given


@whole_again.wrong("an answer to each of two orders, saw status 404")
def another_application() -> Iterator[Given]:
    with ordering(command=f"{LAB} --workers 2") as given:
        yield given


@whole_again.wrong("a server that runs, saw it exited with status 0")
def stopped() -> Iterator[Given]:
    with ordering() as given:
        given.args[0].stop()
        yield given
