"""Checks of the lesson on signals: what each does, and what to do with them while requests come in."""

from __future__ import annotations

import http.client
import os
import re
import socket
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
from labapp.course.exercise import expect, fail, question, returned, same, soon, unattempted
from labapp.observe.tree import Tree

LAB = 'gunicorn "labapp:create_app()"'
PATIENCE = 2.5  # Seconds that a condition may take to hold, on a machine that has other things to do.
HOLD = 0.8  # Seconds that a request is under way while something is done to its server.
LONGER = 2.7  # Seconds for which those take that an old worker has to finish.

SHOP = """
import os, sys, time

VERSION = 1
print("shop is loaded", file=sys.stderr, flush=True)
with open(os.path.join(os.path.dirname(__file__), "loaded.txt"), "a") as loaded:
    print(os.getpid(), file=loaded)


def app(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        print("slow has begun", file=sys.stderr, flush=True)
        time.sleep(float(environ["QUERY_STRING"]))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{VERSION} {os.getpid()} {os.getppid()}".encode()]
"""


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


@question(1, seconds=15, section="The table")
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


# 2. The right signal.


PURPOSES = ("grow", "reopen", "reload", "finish", "now")
LOGGING = "--workers 2 --access-logfile access.log --access-logformat served"


@question(2, seconds=15, section="The table")
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
    soon(lambda: ((now := pids(web)) and not before & now) or not web.running)
    alive("reload", web)
    masters = len(web.tree().masters)
    expect(
        masters == 1 and web.pid == master, "'reload': the master of before, alone", saw=f"{masters} masters"
    )
    stayed = len(before & pids(web))
    expect(not stayed, "'reload': new workers in place of all others", saw=f"{stayed} of the old ones")
    expect(soon(lambda: ask(web, "/")[0] == 200), "'reload': an answer from a new worker", saw="none")


# 3. A log, rotated.


@question(3, seconds=10, section="USR1: a log that was moved")
def rotated(rotate: Callable[[lab.Server, Path], Any]) -> None:
    """New lines go to a new file, the old ones are kept, and no process is replaced."""
    options = "--workers 2 --access-logfile access.log --access-logformat '%(p)s %(q)s'"
    with shop(options) as (web, folder):
        log, old = folder / "access.log", folder / "access.log.1"
        pair(web, "before")
        soon(lambda: len(lines(log, "before")) == 2)
        tree = web.tree()
        inode = log.stat().st_ino
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
        what = "the log itself put aside: what is written while it is copied would be lost"
        became = "emptied" if log.stat().st_ino == inode else "removed"
        expect(old.stat().st_ino == inode, what, saw=f"a copy, and the log {became}")


def pair(web: lab.Server, mark: str) -> None:
    """Have two requests served at a time, one by each worker."""
    with ThreadPoolExecutor(2) as clients:
        list(clients.map(lambda _: ask(web, f"/slow?0.15{'0' * (mark == 'after')}"), range(2)))


def lines(file: Path, mark: str) -> list[str]:
    """Return the pids in the lines of a log that tell of requests `before` or `after`."""
    wanted = "?0.150" if mark == "after" else "?0.15"
    found = filter(None, file.read_text().splitlines() if file.exists() else ())
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


# 4. New code, if it is any good.


BROKEN = SHOP.replace("VERSION = 1", "VERSION = 2\nimport tills  # there is no such module")
MENDED = SHOP.replace("VERSION = 1", "VERSION = 3  # no tills any more")


@question(4, seconds=15, section="HUP with code that is broken")
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
            now, returned_at = pids(web), time.monotonic()
        expect(web.running, "the server that was given, running on with the new code", saw=f"it {web.ending}")
        lost = outcomes.total() - outcomes[200]
        expect(not lost, "an answer to each request that was under way", saw=f"none to {lost} of them")
        masters = web.tree().masters
        expect(len(masters) == 1, "one master", saw=f"{len(masters)}")
        expect(masters[0].pid == master, "the master of before", saw="another one")
        expect(now - before, "new workers for new code", saw="the workers of before, and no other")
        waited = returned_at - min(one.at for one in web.timeline if one.pid in now - before)
        saw = "one is still at work" if waited < 1 else f"one that takes longer than {waited:.1f} s"
        expect(not now & before, "none of the old workers left when it returns", saw=saw)
        answers = {ask(web, "/")[1].partition(" ")[0] for _ in range(4)}
        expect(
            answers == {"3"}, "the new code in every answer", saw=f"version {' and '.join(sorted(answers))}"
        )
        expect(same(told, True), "`True` for code that was put into service", told)
        by = (folder / "loaded.txt").read_text().split()
        alone = str(os.getpid()) not in by
        expect(alone, "the new code tried in a process of its own", saw="it was imported by the notebook")


@contextmanager
def customers(web: lab.Server) -> Iterator[Counter[int]]:
    """Keep both workers busy with slow requests while the block runs; count the answers by status."""
    outcomes: Counter[int] = Counter()
    lines, over = len(web.log.lines), Event()

    def go_on() -> None:
        seconds = LONGER
        while web.running and not over.is_set():
            outcomes[ask(web, f"/slow?{seconds}")[0]] += 1
            seconds = HOLD

    with ThreadPoolExecutor(2) as clients:
        for _ in range(2):
            clients.submit(go_on)
        try:
            soon(lambda: "\n".join(web.log.lines[lines:]).count("slow has begun") >= 2)
            yield outcomes
        finally:
            over.set()


@question(5, seconds=20, section="The way back")
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
                expect(same(told, healthy), f"what the function returns where `healthy()` is {healthy}", told)
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
    expect(len(asked) == 1, f"`healthy()` asked once, {where}", saw=f"{len(asked)} times")
    [tree] = asked
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
    # A master ignores USR2 until it has reaped the second one, and may hear of both at once.
    soon(lambda: all(process.alive for process in web.tree()))


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


@question(6, seconds=15, section="KILL to the master")
def freed(free: Callable[[str], Any]) -> None:
    """Ends the orphans at one address, both of them, and nobody else."""
    with lab.launch(f"{LAB} --workers 2 --timeout 120") as web, lab.launch(f"{LAB} --timeout 120") as other:
        # One that still starts would see at once that nobody is above it, and free the address by itself.
        web.wait_until(lambda: [each.state for each in web.workers] == ["sleeping"] * 2)
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


# 7. Half a server.


ORDERS = Path(__file__).with_name("broken_orders.py").read_text()
ORDERING = "gunicorn orders:app --workers 2"
_numbers = count(1)


@question(7, seconds=12, section="CHLD: look")
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
