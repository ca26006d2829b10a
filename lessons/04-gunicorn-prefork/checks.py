"""Checks of the lesson on Gunicorn: who is there, who answers, who holds the socket, what fails."""
# ruff: noqa: PLC0415
# An answer's name is its description; it imports like a cell.

from __future__ import annotations

import re
import subprocess
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

from labapp import lab
from labapp.course.exercise import Given, expect, fail, question, same, shown, unattempted
from labapp.observe.tree import Tree

TWO = 'gunicorn "labapp:create_app()" --workers 2'


def returned(value: object, what: str) -> None:
    """Fail where a function has printed its answer, or forgotten it."""
    expect(value is not None, f"{what}, returned", saw="`None`: the function returns nothing")


# 1. Who is there.


CASES = (
    (4, [], (1, 2, 3, 4)),
    (2, ["TTIN"], (1, 2, 3)),
    (3, ["TTOU", "TTIN"], (2, 3, 4)),
    (2, ["KILL 2"], (1, 3)),
    (2, ["TTIN", "KILL 2", "TTOU"], (3, 4)),
)


@question(
    1,
    seconds=6,
    section="Five workers",
    hints=(
        "One process is there whatever `--workers` says.",
        "A number is given at birth and never again. Which worker goes when there is to be one fewer?",
        (
            "Keep a list of numbers and a counter of births: `TTIN` appends the next number, `TTOU` removes "
            "the first of the list, `KILL n` removes n and appends the next number."
        ),
    ),
)
def who_is_there(names: Callable[[int, list[str]], Sequence[str]]) -> None:
    """The master, and the workers that are left and born."""
    for workers, events, numbers in CASES:
        call = f"for `--workers {workers}` and {events or 'no event'}"
        told = names(workers, list(events))
        returned(told, "a list of names")
        expect(
            isinstance(told, list | tuple) and all(type(name) is str for name in told),
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


@who_is_there.right
def reckoned() -> Any:
    def names(workers: int, events: list[str]) -> list[str]:
        numbers, born = list(range(1, workers + 1)), workers
        for event in events:
            if event == "TTOU":
                numbers.pop(0)
                continue
            if event != "TTIN":
                numbers.remove(int(event.split()[1]))
            born += 1
            numbers.append(born)
        return ["master", *(f"worker {number}" for number in numbers)]

    return names


@who_is_there.right
def measured() -> Any:
    def names(workers: int, events: list[str]) -> list[str]:
        with lab.launch(f'gunicorn "labapp:create_app()" --workers {workers}') as web:
            web.wait_until(workers=workers)
            for event in events:
                if event.startswith("KILL"):
                    [victim] = [w for w in web.workers if w.name == f"worker {event[5:]}"]
                    victim.signal("KILL")
                    web.wait_until(lambda gone=victim: gone.pid not in {w.pid for w in web.workers})
                else:
                    web.signal(event)
                    workers += 1 if event == "TTIN" else -1
                web.wait_until(workers=workers)
            return ["master", *(worker.name for worker in web.workers)]

    return names


def told_wrong(change: Callable[..., list[str]]) -> Any:
    """Return a `names` that counts rightly, and then changes what it has counted."""

    def names(workers: int, events: list[str]) -> Any:
        right = next(numbers for count, done, numbers in CASES if (count, done) == (workers, events))
        return change(["master", *(f"worker {number}" for number in right)], workers, events)

    return names


@who_is_there.wrong("and not only those that serve")
def without_the_master() -> Any:
    return told_wrong(lambda right, workers, events: right[1:])


@who_is_there.wrong("worker 0 is none of them")
def counted_from_zero() -> Any:
    return told_wrong(lambda right, *_: [re.sub(r"\d", lambda d: str(int(d[0]) - 1), name) for name in right])


@who_is_there.wrong(
    "`--workers 3` and ['TTOU', 'TTIN'], the names that the lab shows, saw `['master', 'worker 1', 'w"
)
def the_youngest_goes() -> Any:
    def names(workers: int, events: list[str]) -> list[str]:
        numbers, born = list(range(1, workers + 1)), workers
        for event in events:
            if event == "TTOU":
                numbers.pop()
                continue
            if event != "TTIN":
                numbers.remove(int(event.split()[1]))
            born += 1
            numbers.append(born)
        return ["master", *(f"worker {number}" for number in numbers)]

    return names


@who_is_there.wrong("`--workers 2` and ['KILL 2'], the names that the lab shows")
def the_successor_inherits_the_number() -> Any:
    return told_wrong(
        lambda right, _, events: ["master", "worker 1", "worker 2"] if events == ["KILL 2"] else right
    )


@who_is_there.wrong("`--workers 2` and ['KILL 2'], so many names as there are processes, saw 2 names")
def nobody_replaces_the_dead() -> Any:
    return told_wrong(lambda right, _, events: right[:-1] if "KILL 2" in events else right)


@who_is_there.wrong("`--workers 2` and ['TTIN'], so many names as there are processes, saw 3 names")
def signals_ignored() -> Any:
    return told_wrong(lambda _, workers, __: ["master", *(f"worker {n + 1}" for n in range(workers))])


@who_is_there.wrong("a list of names, such as `'worker 7'`, saw `5`")
def a_number() -> Any:
    return told_wrong(lambda right, *_: len(right))  # type: ignore[arg-type, return-value]


@who_is_there.wrong("returns nothing")
def printed() -> Any:
    return told_wrong(lambda right, *_: print(right))  # type: ignore[arg-type, func-returns-value]


# 2. Who answered.


LOGGING = ["gunicorn", "labapp:create_app()", "--workers", "2", "--access-logfile", "-",
           "--access-logformat", "answered by %(p)s"]  # fmt: skip
REQUESTS = 30


def answered(web: lab.Server) -> Counter[int]:
    """Return how many requests each process has answered, by the server's own log."""
    return Counter(int(pid) for pid in re.findall(r"answered by <(\d+)>", web.log.text))


@question(
    2,
    section="Which worker answered?",
    hints=(
        "Which path of the application tells who answers? Ask it as often as you are told to, no more.",
        "`web.tree()` has the name of every pid. A process that answered nothing has answered 0.",
        (
            '`Counter(web.get("/whoami").json()["pid"] for _ in range(requests))`, then one entry for each '
            "`web.tree()`."
        ),
    ),
)
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


@a_tally.right
def with_a_counter() -> Any:
    def tally(web: lab.Server, requests: int) -> dict[str, int]:
        pids = Counter(web.get("/whoami").json()["pid"] for _ in range(requests))
        return {process.name: pids[process.pid] for process in web.tree()}

    return tally


@a_tally.right
def by_another_client() -> Any:
    def tally(web: lab.Server, requests: int) -> dict[str, int]:
        import json

        names = {process.pid: process.name for process in web.tree()}
        counts = dict.fromkeys(names.values(), 0)
        for _ in range(requests):
            with urllib.request.urlopen(f"{web.url}/whoami") as answer:
                counts[names[json.load(answer)["pid"]]] += 1
        return counts

    return tally


@a_tally.wrong("so many requests in the server's access log, saw 0")
def fair_shares() -> Any:
    return lambda _, requests: {"master": 0, "worker 1": requests // 2, "worker 2": requests // 2}


@a_tally.wrong("so many requests in the server's access log, saw 31")
def one_to_warm_up() -> Any:
    def tally(web: lab.Server, requests: int) -> dict[str, int]:
        web.get("/ping")
        pids = Counter(web.get("/whoami").json()["pid"] for _ in range(requests))
        return {process.name: pids[process.pid] for process in web.tree()}

    return tally


@a_tally.wrong("so many requests in the server's access log, saw 1")
def asked_once() -> Any:
    def tally(web: lab.Server, requests: int) -> dict[str, int]:
        pid = web.get("/whoami").json()["pid"]
        return {process.name: requests * (process.pid == pid) for process in web.tree()}

    return tally


@a_tally.wrong("whatever it answered, saw only worker")
def workers_only() -> Any:
    def tally(web: lab.Server, requests: int) -> dict[str, int]:
        pids = Counter(web.get("/whoami").json()["pid"] for _ in range(requests))
        return {worker.name: pids[worker.pid] for worker in web.workers}

    return tally


@a_tally.wrong("names of processes as keys")
def by_pid() -> Any:
    return lambda web, requests: Counter(web.get("/whoami").json()["pid"] for _ in range(requests))


@a_tally.wrong("for master, the number of requests that it answered: 0")
def the_parent_of_who_answers() -> Any:
    def tally(web: lab.Server, requests: int) -> dict[str, int]:
        pids = Counter(web.get("/whoami").json()["ppid"] for _ in range(requests))
        return {process.name: pids[process.pid] for process in web.tree()}

    return tally


@a_tally.wrong("for worker 1, the number of requests that it answered")
def lists_for_numbers() -> Any:
    def tally(web: lab.Server, requests: int) -> dict[str, Any]:
        order = [web.get("/whoami").json()["pid"] for _ in range(requests)]
        return {p.name: [pid for pid in order if pid == p.pid] or 0 for p in web.tree()} | {"worker 1": order}

    return tally


# 3. From two to four.


@question(
    3,
    section="Five workers",
    hints=(
        "The master takes signals, and each signal changes the number by one.",
        "`web.signal` sends to the master. Wait until one worker is there before you ask for the next.",
        '`web.signal("TTIN")`, `web.wait_until(workers=3)`, and the same once more for the fourth.',
    ),
)
def two_more(web: lab.Server, before: Tree) -> None:
    """Has four workers: the two of before, and two more, under the same master."""
    expect(web.running, "the server that was started, running", saw=f"it {web.ending}")
    with suppress(TimeoutError):
        web.wait_until(workers=4, timeout=0.3)
    now, old = web.tree(), {worker.pid for worker in before.workers}
    workers = {worker.pid for worker in now.workers}
    if workers == old:
        unattempted("The server has its two workers, as before.")
    same_master = now.master and before.master and now.master.pid == before.master.pid
    expect(same_master, "the master that was there before", saw="another one: the server was started anew")
    expect(len(workers) == 4, "four workers", len(workers))
    stayed = len(workers & old)
    expect(stayed == 2, "the two workers of before among them, undisturbed", saw=f"{stayed} of the two")


@contextmanager
def two_workers() -> Iterator[tuple[lab.Server, Tree]]:
    with lab.launch(TWO) as web:
        web.wait_until(workers=2)
        yield web, web.tree()


def signalled(web: lab.Server, *signals: str) -> None:
    """Send signals to the master, each when the one before has had its effect."""
    for signal in signals:
        workers = len(web.workers) + (1 if signal == "TTIN" else -1)
        web.signal(signal)
        web.wait_until(workers=workers)


@two_more.blank
def untouched() -> Iterator[Given]:
    with two_workers() as (web, before):
        yield Given(web, before)


@two_more.right
def by_name() -> Iterator[Given]:
    with two_workers() as (web, before):
        signalled(web, "TTIN", "TTIN")
        yield Given(web, before)


@two_more.right
def with_kill() -> Iterator[Given]:
    with two_workers() as (web, before):
        for count in (3, 4):
            subprocess.run(["kill", "-TTIN", str(web.pid)], check=True)
            web.wait_until(workers=count)
        yield Given(web, before)


@two_more.wrong("four workers, saw `3`")
def one_signal() -> Iterator[Given]:
    with two_workers() as (web, before):
        signalled(web, "TTIN")
        yield Given(web, before)


@two_more.wrong("four workers, saw `1`")
def the_other_signal() -> Iterator[Given]:
    with two_workers() as (web, before):
        signalled(web, "TTOU")
        yield Given(web, before)


@two_more.wrong("the two workers of before among them, undisturbed, saw 1 of the two")
def one_too_many_and_back() -> Iterator[Given]:
    with two_workers() as (web, before):
        signalled(web, "TTIN", "TTIN", "TTIN", "TTOU")
        yield Given(web, before)


@two_more.wrong("another one: the server was started anew")
def started_anew() -> Iterator[Given]:
    with two_workers() as (_, before):
        pass
    with lab.launch('gunicorn "labapp:create_app()" --workers 4') as other:
        other.wait_until(workers=4)
        yield Given(other, before)


@two_more.wrong("running, saw it exited with status 0")
def stopped() -> Iterator[Given]:
    with two_workers() as (web, before):
        pass
    yield Given(web, before)


# 4. From the socket to the master.


# A program between the lab and Gunicorn, as a supervisor would be: the eldest of the tree is not the master.
SUPERVISED = [
    *("python", "-c", "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]))"),
    *("gunicorn", "labapp:create_app()", "--bind", "127.0.0.1:0", "--workers", "2", "--no-control-socket"),
]


@question(
    4,
    section="One socket, six holders",
    seconds=6,
    hints=(
        "Who holds the socket that listens there? Not one process, and the answer narrows it down.",
        (
            "`ps axww -o pid=,ppid=,args=` lists every process with its parent. Ask only about those that "
            "say gunicorn; `lab.descriptors(pid, address)` is empty for those that do not hold the socket."
        ),
        "One of the holders has a parent that is no holder: it opened the socket, the others are its forks.",
    ),
)
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


def processes() -> dict[int, int]:
    """Return the parent of every process whose command line says gunicorn."""
    listed = subprocess.run(
        ["ps", "axww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    )
    lines = [line.split(None, 2) for line in listed.stdout.splitlines() if "gunicorn" in line]
    return {int(pid): int(ppid) for pid, ppid, _ in lines}


@opened_it.right
def by_ps() -> Any:
    def master_of(address: str) -> int:
        holders = {pid: ppid for pid, ppid in processes().items() if lab.descriptors(pid, address)}
        [master] = [pid for pid, ppid in holders.items() if ppid not in holders]
        return master

    return master_of


@opened_it.right
def up_from_who_answers() -> Any:
    def master_of(address: str) -> int:
        import json

        with urllib.request.urlopen(f"http://{address}/whoami") as answer:
            return int(json.load(answer)["ppid"])

    return master_of


@opened_it.wrong("because it was forked: a worker")
def who_answers() -> Any:
    def master_of(address: str) -> int:
        import json

        with urllib.request.urlopen(f"http://{address}/whoami") as answer:
            return int(json.load(answer)["pid"])

    return master_of


@opened_it.wrong("a program that only started it")
def the_eldest_of_the_tree() -> Any:
    return lambda address: next(web.tree()[0].pid for web in lab.servers() if web.address == address)


@opened_it.wrong("a process of another server")
def the_first_gunicorn() -> Any:
    return lambda _: next(web.pid for web in lab.servers() if "gunicorn" in web.command[0])


@opened_it.wrong("a whole number, saw `'")
def text_from_ps() -> Any:
    return lambda address: str(min(pid for pid in processes() if lab.descriptors(pid, address)))


@opened_it.wrong("a whole number, saw `[")
def all_holders() -> Any:
    return lambda address: [pid for pid in processes() if lab.descriptors(pid, address)]


@opened_it.wrong("the pid of a process that holds the socket, saw `1`")
def the_first_process_of_all() -> Any:
    return lambda _: 1


# 5. A successor.


@question(
    5,
    seconds=6,
    section="Five workers",
    hints=(
        "`web.workers` is oldest first, and each of them has a `signal` of its own.",
        "The successor is there when the workers have a new pid. `web.wait_until` takes a condition.",
        (
            'Note the pids; `web.workers[0].signal("KILL")`; wait until there are two and one has a new '
            "pid; return its name."
        ),
    ),
)
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


@born_in_its_place.right
def by_pid_set() -> Any:
    def successor(web: lab.Server) -> str:
        before = {worker.pid for worker in web.workers}
        web.workers[0].signal("KILL")
        web.wait_until(lambda: {worker.pid for worker in web.workers} - before, workers=2)
        [born] = [worker for worker in web.workers if worker.pid not in before]
        return born.name

    return successor


@born_in_its_place.right
def by_the_log() -> Any:
    def successor(web: lab.Server) -> str:
        import os
        import signal

        lines, victim = len(web.log.lines), web.workers[-1]
        os.kill(victim.pid, signal.SIGKILL)
        booted = str(web.log.wait_for("Booting worker with pid", since=lines))
        pid = int(booted.rpartition(" ")[2])
        return next(process.name for process in web.tree() if process.pid == pid)

    return successor


def killing(web: lab.Server, *victims: int) -> None:
    """Kill workers by their place, and wait for as many others."""
    chosen = [web.workers[place] for place in victims]
    for worker in chosen:
        worker.signal("KILL")
    gone = {worker.pid for worker in chosen}
    web.wait_until(lambda: not gone & {worker.pid for worker in web.workers}, workers=2)


@born_in_its_place.wrong("the name of the one who was killed")
def the_number_is_inherited() -> Any:
    def successor(web: lab.Server) -> str:
        name = web.workers[0].name
        killing(web, 0)
        return name

    return successor


@born_in_its_place.wrong("saw `'worker 3'`, who was there before")
def one_more_than_there_are() -> Any:
    def successor(web: lab.Server) -> str:
        killing(web, 0)
        return f"worker {len(web.workers) + 1}"

    return successor


@born_in_its_place.wrong("the name of the one who was born, saw `'worker 5'`")
def reckoned_and_not_looked_at() -> Any:
    def successor(web: lab.Server) -> str:
        killing(web, 0)
        return "worker 5"

    return successor


@born_in_its_place.wrong("none of them gone, and 2 workers")
def hard_coded() -> Any:
    return lambda _: "worker 4"


@born_in_its_place.wrong("none of them gone, and 3 workers")
def one_more_and_none_killed() -> Any:
    def successor(web: lab.Server) -> str:
        signalled(web, "TTIN")
        return web.workers[-1].name

    return successor


@born_in_its_place.wrong("one worker born in its place, saw 0 born")
def sent_away() -> Any:
    def successor(web: lab.Server) -> str:
        signalled(web, "TTOU")
        return web.workers[-1].name

    return successor


@born_in_its_place.wrong("both of them gone")
def both_killed() -> Any:
    def successor(web: lab.Server) -> str:
        killing(web, 0, 1)
        return web.workers[-1].name

    return successor


@born_in_its_place.wrong("no master: the signal ended it")
def the_master_killed() -> Any:
    def successor(web: lab.Server) -> str:
        web.signal("KILL")
        web.wait_until(lambda: web.tree().master is None)
        return "worker 4"

    return successor


@born_in_its_place.wrong("a name, such as `'worker 7'`, saw")
def a_pid() -> Any:
    def successor(web: lab.Server) -> int:
        killing(web, 0)
        return web.workers[-1].pid

    return successor


# 6. Commands that do not serve.


def as_typed(taken: lab.Server) -> dict[str, str]:
    """Return the three commands as the notebook has them."""
    return {
        "silent": "gunicorn labapp:create_app --workers 2",
        "gone": 'gunicorn "labapp.app:create_app()"',
        "refused": f'gunicorn "labapp:create_app()" --bind {taken.address}',
    }


@question(
    6,
    section="Four ways to name the application",
    hints=(
        "Launch each and read what its log says. For the one that starts, ask it for `/ping` first.",
        "One lacks a call, one has a wrong module, one wants an address that another server has.",
        (
            'The application is `"labapp:create_app()"` in all three. The address may be any free one, '
            "such as `127.0.0.1:0`, which asks the system for one."
        ),
    ),
)
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


def mended(taken: lab.Server, **changes: Any) -> Given:
    """Return the commands, mended, and some of them otherwise."""
    right = {
        "silent": 'gunicorn "labapp:create_app()" --workers 2',
        "gone": 'gunicorn "labapp:create_app()"',
        "refused": 'gunicorn "labapp:create_app()" --bind 127.0.0.1:0',
    }
    return Given(right | changes, taken)


@contextmanager
def somebody_there() -> Iterator[lab.Server]:
    with lab.launch('gunicorn "labapp:create_app()"') as taken:
        yield taken


@mended_commands.blank
def as_they_were() -> Iterator[Given]:
    with somebody_there() as taken:
        yield Given(as_typed(taken), taken)


@mended_commands.right
def as_in_the_lesson() -> Iterator[Given]:
    with somebody_there() as taken:
        yield mended(taken)


@mended_commands.right
def in_other_words() -> Iterator[Given]:
    with somebody_there() as taken:
        yield mended(
            taken,
            silent=["gunicorn", "-w", "2", "labapp:create_app()"],
            gone='gunicorn "labapp.web.app:build()"',
            refused='python -m gunicorn "labapp:create_app()"',
        )


@mended_commands.wrong("'silent': the answer of the application to `/ping`, saw 500")
def quotes_and_no_call() -> Iterator[Given]:
    with somebody_there() as taken:
        yield mended(taken, silent='gunicorn "labapp:create_app" --workers 2')


@mended_commands.wrong("'silent': two workers, as its author wanted, saw `1`")
def a_worker_lost() -> Iterator[Given]:
    with somebody_there() as taken:
        yield mended(taken, silent='gunicorn "labapp:create_app()"')


@mended_commands.wrong("'gone': a server that starts, saw There is no module")
def another_wrong_module() -> Iterator[Given]:
    with somebody_there() as taken:
        yield mended(taken, gone='gunicorn "labap:create_app()"')


@mended_commands.wrong("'gone': a server that starts, saw The module 'labapp' has nothing called")
def a_wrong_name() -> Iterator[Given]:
    with somebody_there() as taken:
        yield mended(taken, gone='gunicorn "labapp:app()"')


@mended_commands.wrong("'gone': Gunicorn")
def another_server() -> Iterator[Given]:
    with somebody_there() as taken:
        yield mended(taken, gone='flask --app "labapp:create_app()" run --port 0')


@mended_commands.wrong("'refused': a command that serves, saw the command as it was")
def two_of_three() -> Iterator[Given]:
    with somebody_there() as taken:
        yield mended(taken, refused=as_typed(taken)["refused"])


@mended_commands.wrong("the server that was there first, still running")
def whoever_was_there_stopped() -> Iterator[Given]:
    with somebody_there() as taken:
        given = mended(taken, refused=f"{as_typed(taken)['refused']} --workers 1")
    yield given


@mended_commands.wrong("a command under each of the three names, saw none under ['refused']")
def one_thrown_away() -> Iterator[Given]:
    with somebody_there() as taken:
        given = mended(taken)
        del given.args[0]["refused"]
        yield given


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


@question(
    7,
    section="Four ways to name the application",
    hints=(
        "Read the four logs first. In which is the last line the cause, and in which is it a consequence?",
        (
            "An exception and what Gunicorn says about the application stand in lines without a time. What "
            "Gunicorn logs itself begins with `[`."
        ),
        (
            "The first line that begins neither with `[` nor with a blank nor with `Traceback`; if there is "
            "none, the first with `[ERROR]`; if there is none, `None`."
        ),
    ),
)
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


@names_the_cause.right
def by_elimination() -> Any:
    def cause(lines: list[str]) -> str | None:
        said = [line for line in lines if line and not line.startswith(("[", " ", "Traceback"))]
        errors = [line for line in lines if "[ERROR]" in line]
        return next(iter(said + errors), None)

    return cause


@names_the_cause.right
def by_what_it_says() -> Any:
    def cause(lines: list[str]) -> str | None:
        for line in reversed(lines):
            if re.search(r"^\w+Error: |^Failed to find|Address already in use", line):
                return line + "\n"
        return None

    return cause


@names_the_cause.wrong("`gunicorn labap:create_app()`, the line that names the cause, saw `'[ERROR] Reason")
def the_last_line() -> Any:
    def cause(lines: list[str]) -> str | None:
        errors = [line for line in lines if "Error: " in line or "[ERROR]" in line]
        return errors[-1] if errors else None

    return cause


@names_the_cause.wrong("saw `'[ERROR] Error handling request GET /'`")
def the_first_error() -> Any:
    return lambda lines: next((line for line in lines if "[ERROR]" in line), None)


@names_the_cause.wrong("`gunicorn labapp:creat_app()`, a line, saw `None`")
def exceptions_only() -> Any:
    return lambda lines: next((line for line in lines if re.match(r"\w+Error: ", line)), None)


@names_the_cause.wrong("which serves, saw `''`")
def nothing_as_text() -> Any:
    def cause(lines: list[str]) -> str:
        said = [line for line in lines if line and not line.startswith(("[", " ", "Traceback"))]
        return next(iter(said + [line for line in lines if "[ERROR]" in line]), "")

    return cause


@names_the_cause.wrong("one of the log's own lines, unchanged")
def in_own_words() -> Any:
    return lambda lines: "the module is missing" if any("No module" in line for line in lines) else "no call"


@names_the_cause.wrong("one line, as text, saw `[")
def several_lines() -> Any:
    return lambda lines: [line for line in lines if "Error" in line]


@names_the_cause.wrong("--bind 127.0.0.1")
def only_lines_without_a_time() -> Any:
    def cause(lines: list[str]) -> str | None:
        said = [line for line in lines if line and not line.startswith(("[", " ", "Traceback"))]
        return said[0] if said else None

    return cause
