"""Checks of the lesson on Gunicorn: who is there, who answers, who holds the socket, what fails."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from typing import Any

from labapp import lab
from labapp.course.exercise import cases, expect, fail, question, returned, same, shown, soon, unattempted
from labapp.observe.tree import Tree

TWO = 'gunicorn "labapp:create_app()" --workers 2'


# 1. Who is there.


CASES = (
    (4, [], (1, 2, 3, 4)),
    (2, ["TTIN"], (1, 2, 3)),
    (3, ["TTOU", "TTIN"], (2, 3, 4)),
    (2, ["KILL 2"], (1, 3)),
    (1, ["TTOU"], (1,)),
    (2, ["TTIN", "KILL 2", "TTOU"], (3, 4)),
)


@question(1, seconds=6, section="Five workers")
def who_is_there(names: Callable[[int, list[str]], Sequence[str]]) -> None:
    """The master, and the workers that are left and born."""
    for workers, events, told, numbers in cases(names, CASES, "a list of names"):
        call = f"for `--workers {workers}` and {events or 'no event'}"
        expect(
            isinstance(told, list | tuple | set) and all(type(name) is str for name in told),
            "a list of names, such as `'worker 7'`",
            told,
        )
        expect("master" in told, "every process of the server, and not only those that serve", told)
        expect(
            len(told) == 1 + len(numbers),
            f"{call}, so many names as there are processes",
            saw=f"{len(told)} names",
        )
        wanted = {"master", *(f"worker {number}" for number in numbers)}
        strangers = sorted(set(told) - wanted)
        expect(
            not strangers and len(set(told)) == len(told),
            f"{call}, the names that the lab shows",
            saw=f"{shown(list(told))}, in which {', '.join(strangers) or 'a name'} "
            f"{'are' if len(strangers) > 1 else 'is'} {'none of them' if strangers else 'there twice'}",
        )


# 2. Who answered.


LOGGING = ["gunicorn", "labapp:create_app()", "--workers", "2", "--access-logfile", "-",
           "--access-logformat", "answered by %(p)s"]  # fmt: skip
REQUESTS = 30


def answered(web: lab.Server) -> Counter[int]:
    """Return how many requests each process has answered, by the server's own log."""
    return Counter(int(pid) for pid in re.findall(r"answered by <(\d+)>", web.log.text))


@question(2, seconds=6, section="Which worker answered?")
def a_tally(tally: Callable[[lab.Server, int], Mapping[str, int]]) -> None:
    """Counts what the server's own log counts."""
    with lab.launch(LOGGING) as web:
        web.wait_until(workers=2)
        web.log.wait_for("answered by")
        before = answered(web)
        told = tally(web, REQUESTS)
        tree = web.tree()
    # A worker writes the line after the answer; all are written when the server has ended.
    counted = answered(web) - before
    returned(told, "a dictionary")
    expect(isinstance(told, Mapping), "a dictionary", told)
    expect(
        counted.total() == REQUESTS,
        f"for `tally(web, {REQUESTS})`, so many requests in the server's access log",
        saw=f"{counted.total()}",
    )
    names = {process.name: counted[process.pid] for process in tree}
    strange = [key for key in told if key not in names]
    expect(
        not strange,
        "names of processes as keys, such as `'worker 1'`",
        saw=f"the key {shown(strange[:1])[1:-1]}",
    )
    expect(
        "master" in told, "every process of the server, whatever it answered", saw=f"only {', '.join(told)}"
    )
    for name, count in names.items():
        expect(name in told, "every process of the server", saw=f"no {name}")
        expect(
            same(told[name], count),
            f"for {name}, the number of requests that it answered: {count} by its log",
            told[name],
        )


# 3. From two to four.


def settled(web: lab.Server) -> set[int]:
    """Return the pids of the workers, once none has come or gone for a while."""
    deadline, seen = time.monotonic() + 5, pids(web)
    while soon(partial(differ, web, seen), patience(web)) and time.monotonic() < deadline:
        seen = pids(web)
    return seen


def patience(web: lab.Server) -> float:
    # After a HUP the old ones are on their way out, however long it takes them.
    return 5.0 if "Handling signal: hup" in web.log.text else 0.5


def differ(web: lab.Server, seen: set[int]) -> bool:
    return pids(web) != seen


def pids(web: lab.Server) -> set[int]:
    return {worker.pid for worker in web.workers}


@question(3, seconds=8, section="Five workers")
def two_more(web: lab.Server, before: Tree) -> None:
    """Has four workers: the two of before, and two more, under the same master."""
    expect(web.running, "the server that was started, running", saw=f"it {web.ending}")
    workers, old = settled(web), {worker.pid for worker in before.workers}
    now = web.tree()
    if workers == old:
        unattempted("The server has its two workers, as before.")
    same_master = now.master and before.master and now.master.pid == before.master.pid
    expect(same_master, "the master that was there before", saw="another one: the server was started anew")
    expect(len(workers) == 4, "four workers", len(workers))
    stayed = len(workers & old)
    expect(stayed == 2, "the two workers of before among them, undisturbed", saw=f"{stayed} of the two")


def signalled(web: lab.Server, *signals: str) -> None:
    """Send signals to the master, each when the one before has had its effect."""
    for signal in signals:
        workers = len(web.workers) + (1 if signal == "TTIN" else -1)
        web.signal(signal)
        web.wait_until(workers=workers)


# 4. From the socket to the master.


# A program between the lab and Gunicorn, as a supervisor would be: the eldest of the tree is not the master.
SUPERVISED = [
    *("python", "-c", "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]))"),
    *("gunicorn", "labapp:create_app()", "--bind", "127.0.0.1:0", "--workers", "2", "--no-control-socket"),
]


@question(4, section="One socket, six holders", seconds=6)
def opened_it(master_of: Callable[[str], int]) -> None:
    """Finds the holder whose parent does not hold the socket."""
    with lab.launch('gunicorn "labapp:create_app()"') as other, lab.launch(SUPERVISED) as web:
        holders = {process.pid: process for process in web.tree() if web.address in process.listening}
        [master] = [process for process in holders.values() if process.ppid not in holders]
        told = master_of(web.address)
        returned(told, "a pid")
        expect(type(told) is int, "a pid, a whole number", told)
        if told in {process.pid for process in other.tree()}:
            fail("a process of the server at that address", saw="a process of another server, which runs too")
        if told == master.ppid:
            fail(
                "a process that holds the socket",
                saw="the parent of the master, a program that only started it",
            )
        if told in holders and told != master.pid:
            fail(
                "the process that opened the socket", saw="one that holds it because it was forked: a worker"
            )
        expect(told == master.pid, "the pid of a process that holds the socket", told)


@question(5, seconds=6, section="Five workers")
def born_in_its_place(successor: Callable[[lab.Server], str]) -> None:
    """Ends one worker, and names the one that the master makes for it."""
    with lab.launch(TWO) as web:
        web.wait_until(workers=2)
        signalled(web, "TTIN", "TTOU")
        master, before = web.pid, {worker.pid: worker.name for worker in web.workers}
        told = successor(web)
        with suppress(TimeoutError):
            web.wait_until(workers=2, timeout=0.5)
        after = {worker.pid: worker.name for worker in web.workers}
        if before == after:
            # Of a signal that ends the master, its workers hear later.
            soon(lambda: not web.tree().master, 0.5)
        there = web.tree().master
    expect(there and there.pid == master, "the master of before", saw="no master: the signal ended it")
    returned(told, "a name")
    gone = before.keys() - after.keys()
    expect(
        len(gone) == 1,
        "one worker of the two killed",
        saw=f"{['none', 'one', 'both'][len(gone)]} of them gone, and {len(after)} workers",
    )
    [victim] = gone
    born = [after[pid] for pid in after.keys() - before.keys()]
    expect(len(born) == 1, "one worker born in its place", saw=f"{len(born)} born")
    expect(type(told) is str, "a name, such as `'worker 7'`", told)
    if told == before[victim]:
        fail("the name of the one who was born", saw=f"{shown(told)}, the name of the one who was killed")
    if told in before.values():
        fail("the name of the one who was born", saw=f"{shown(told)}, who was there before")
    expect(told == born[0], "the name of the one who was born", told)


# 6. Commands that do not serve.


def as_typed(taken: lab.Server) -> dict[str, str]:
    """Return the three commands as the notebook has them."""
    return {
        "silent": "gunicorn labapp:create_app --workers 2",
        "gone": 'gunicorn "labapp.app:create_app()"',
        "refused": f'gunicorn "labapp:create_app()" --bind {taken.address}',
    }


@question(6, section="Four ways to name the application")
def mended_commands(commands: Mapping[str, Any], taken: lab.Server) -> None:
    """Serve all three, beside the server that was there first."""
    typed = as_typed(taken)
    expect(isinstance(commands, Mapping), "a dictionary of commands", commands)
    if dict(commands) == typed:
        unattempted("The three commands are as they were.")
    missing = [name for name in typed if name not in commands]
    expect(not missing, "a command under each of the three names", saw=f"none under {shown(missing)[1:-1]}")
    expect(taken.running, "the server that was there first, still running", saw=f"it {taken.ending}")
    for name, before in typed.items():
        expect(commands[name] != before, f"{name!r}: a command that serves", saw="the command as it was")
    for name in typed:
        try:
            web = lab.launch(commands[name], timeout=5)
        except lab.LaunchError as error:
            fail(f"{name!r}: a server that starts", saw=error.summary)
        with web:
            expect(
                web.tree().master, f"{name!r}: Gunicorn", saw=f"a server without a master, {shown(web.typed)}"
            )
            answer = web.get("/ping")
            expect(
                answer.status_code == 200 and answer.text.strip() == "pong",
                f"{name!r}: the answer of the application to `/ping`",
                saw=f"{answer.status_code}, {shown(answer.text)}",
            )
            if name == "silent":
                with suppress(TimeoutError):
                    web.wait_until(workers=2, timeout=1)
                expect(
                    len(web.workers) == 2, f"{name!r}: two workers, as its author wanted", len(web.workers)
                )
    expect(
        taken.get("/ping").text.strip() == "pong", "an answer of the server that was there first", saw="none"
    )


# 7. The line that names the cause.


@cache
def logs() -> dict[str, tuple[tuple[str, ...], str]]:
    """Return, by what was typed, the log of each start and what the line that names its cause must match."""
    found = {}
    with lab.launch('gunicorn "labapp:create_app()"') as taken:
        starts = {
            "labapp:create_app": ("", r"TypeError: create_app\(\)"),
            "labap:create_app()": ("", r"No module named 'labap'"),
            "labapp:creat_app()": ("", r"Failed to find attribute 'creat_app'"),
            "labapp:create_app()": (f"--bind {taken.address}", r"in use"),
        }
        for application, (option, cause) in starts.items():
            found[f"gunicorn {application} {option}".strip()] = log_of(application, option), cause
        taken.get("/ping")
    found["gunicorn labapp:create_app() --workers 1"] = tuple(taken.log.lines), ""
    return found


def log_of(application: str, option: str) -> tuple[str, ...]:
    """Return what Gunicorn writes when it is started so."""
    try:
        with lab.launch(f"gunicorn '{application}' {option}", timeout=2.5) as web:
            return tuple(web.log.lines)
    except lab.LaunchError as error:
        return error.log_tail


@question(7, section="Four ways to name the application")
def names_the_cause(cause: Callable[[list[str]], str | None]) -> None:
    """Finds the line in four logs of failure, and none in one of success."""
    for command, (lines, pattern) in logs().items():
        told = cause(list(lines))
        if not pattern:
            expect(told is None, f"`None` for the log of `{command}`, which serves", told)
            continue
        expect(told is not None, f"for the log of `{command}`, a line", saw="`None`")
        expect(type(told) is str, "one line, as text", told)
        expect(
            told.strip() in {line.strip() for line in lines} and told.strip(),
            "one of the log's own lines, unchanged",
            told,
        )
        expect(
            re.search(pattern, told),
            f"for the log of `{command}`, the line that names the cause",
            saw=shown(re.sub(r"^\[[^]]*\] \[\d+\] ", "", told)),
        )
