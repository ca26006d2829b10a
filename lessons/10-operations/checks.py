"""Checks of the lesson on operations: lines, names, scripts, rotations, releases, steps, complaints."""

from __future__ import annotations

import http.client
import os
import shlex
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xmlrpc.client import Fault, ServerProxy

import psutil
from supervisor.xmlrpc import SupervisorTransport

from labapp import lab
from labapp.course.exercise import cases, expect, fail, question, returned, shown, soon, unattempted
from labapp.servers.guard import short_temporary

HERE = Path(__file__).parent
FROM_HERE = shlex.quote(str(HERE))  # As a word of a command.
PROXY = "server { listen {{ listen }}; location / { proxy_pass http://{{ web.address }}; } }"


class Customers:
    """Four customers who ask an address again and again; the statuses that they got, or the errors."""

    def __init__(self, address: str, path: str = "/") -> None:
        self.got: list[str] = []
        self._address, self._path = address, path
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask, daemon=True) for _ in range(4)]

    def _ask(self) -> None:
        while not self._over.wait(0.01):
            self.got.append(ask(self._address, self._path))

    def __enter__(self) -> Customers:
        for thread in self._threads:
            thread.start()
        soon(lambda: len(self.got) > 20, 10)
        return self

    def __exit__(self, *raised: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()


def ask(address: str, path: str = "/") -> str:
    """Ask once; return the status, or the error's name."""
    with closing(http.client.HTTPConnection(address, timeout=20)) as line:
        try:
            line.request("GET", path)
            return str(line.getresponse().status)
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__


# 1. What a supervisor says.


LINES = (
    ("INFO success: web entered RUNNING state, process has stayed up for > than 1 seconds (startsecs)", "up"),
    ("WARN exited: web (terminated by SIGKILL; not expected)", "killed"),
    ("WARN exited: web (terminated by SIGTERM; not expected)", "killed"),
    ("WARN exited: web (terminated by SIGSEGV (core dumped); not expected)", "killed"),
    ("WARN exited: web (exit status 3; not expected)", "failed"),
    ("WARN exited: web (exit status 1; not expected)", "failed"),
    ("WARN exited: web (exit status 0; not expected)", "left"),
    ("INFO gave up: web entered FATAL state, too many start retries too quickly", "given up"),
    ("INFO spawned: 'web' with pid 812", None),
    ("INFO stopped: web (exit status 0)", None),
    ("WARN stopped: web (terminated by SIGKILL)", None),
    ("WARN killing 'web' (812) with SIGKILL", None),
    ("INFO exited: web (exit status 0; expected)", "left"),
    ("WARN exited: success (exit status 3; not expected)", "failed"),
)


@question(1, section="What RUNNING is worth")
def what_it_says(step: Callable[[str], str | None]) -> None:
    """Reads each kind of line."""
    words = {what for _, what in LINES if what}
    for line, what in LINES:
        told = step(f"2026-11-20 23:49:30,123 {line}")
        expect(told is None or told in words, "one of the five words of the table, or `None`", told)
        expect(what or told is None, f"`None` for the line `{line}`", told)
        expect(told == what, f"what the line `{line}` tells", told)


# 2. Names that Gunicorn does not know.


FILES = (
    ("worker = 4\ntimeout = 5", ["worker"]),
    ("workers = 4\nTimeout = 60", ["Timeout"]),
    ("import os\n_here = os.getcwd()\nchdir = _here", []),
    ("def shop():\n    pass\n\n\nshop.sells = 'books'", []),
    ("def on_starting(server):\n    banner = 1\n", []),
    ("thread, worker = 2, 3", ["thread", "worker"]),
    ("max_request: int = 1000", ["max_request"]),
    ("bind = ':1'\n# worker = 4\nraw_env = ['worker = 4']", []),
    ("workers = max(2, 3)\nraw_env = [name for name in ('A=1',)]", []),
)


@question(2, section="A configuration, line by line")
def unknown_names(unknown: Callable[[str], Any]) -> None:
    """Finds the names that are no settings, and no others."""
    for text, told, wanted in cases(unknown, FILES, "a list of names", list):
        expect(told == wanted, f"`unknown({text!r})`: {wanted}", told)


# 3. A start script.


MIGRATE = "import sys\nwith open('migrated', 'a') as file:\n    file.write('x')\nsys.exit({status})\n"


@question(3, section="Process number 1", seconds=12)
def a_start_script(script: Callable[[], Any]) -> None:
    """Migrates, becomes Gunicorn, and does neither half."""
    text = script()
    returned(text, "a script")
    expect(type(text) is str, "a script, as text", text)
    with folder_with(text, status=3) as folder:
        migration_fails(folder)
    with folder_with(text, status=0) as folder:
        stopped_in_order(folder)


@contextmanager
def folder_with(text: str, status: int) -> Iterator[Path]:
    """Write the script, and a migration that ends with this status, into a folder of their own."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "start.sh").write_text(text)
        (folder / "migrate.py").write_text(MIGRATE.format(status=status))
        yield folder


# Several Gunicorns of one user share a path for their control sockets.
QUIETLY = {"GUNICORN_CMD_ARGS": "--no-control-socket"}


def environment(folder: Path) -> dict[str, str]:
    """Return what the script finds in its environment."""
    return {"PORT": str(free_port()), "BEGUN": str(folder / "begun"), "PYTHONPATH": str(HERE), **QUIETLY}


def free_port() -> int:
    """Return a port that nobody has at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def migration_fails(folder: Path) -> None:
    """Fail unless the script ends with the status of a migration that failed."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    env = {**os.environ, **environment(folder), "PATH": path}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        ["sh", "start.sh"], cwd=folder, env=env, stdout=quiet, stderr=quiet, start_new_session=True
    ) as started:
        try:
            status = started.wait(5)
            expect((folder / "migrated").exists(), "a migration", saw="a script that does not migrate")
            expect(
                status == 3,
                "3, the status of a migration that fails",
                saw=f"a script that ends with {status}",
            )
        except subprocess.TimeoutExpired:
            migrated = (folder / "migrated").exists()
            what = "a server, though it has failed" if migrated else "a script that does not migrate"
            fail("3, the status of a migration that fails", saw=what)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGKILL)


def stopped_in_order(folder: Path) -> None:
    """Fail unless TERM for the first process ends Gunicorn when its visitor has the answer."""
    env = environment(folder)
    try:
        web = lab.launch("sh start.sh", cwd=folder, env=env)
    except lab.LaunchError as error:
        fail("a server that answers", saw=error.summary)
    with web, ThreadPoolExecutor(1) as visitor:
        expect((folder / "migrated").exists(), "a migration", saw="a server without one")
        times = len((folder / "migrated").read_text())
        expect(times == 1, "one migration", saw=f"{times}")
        first = next(iter(psutil.Process(web.guard_pid).children()))
        answer = visitor.submit(ask, web.address, "/?1")
        web.wait_until(lambda: Path(env["BEGUN"]).exists())
        first.terminate()
        got = answer.result()
        gone = soon(lambda: not web.running, 3)
        expect(gone, "that a TERM for the first process ends Gunicorn", saw="Gunicorn, which goes on")
        expect(got == "200", "an answer for whoever is being served", saw=got)


# 4. A rotation.


@question(4, section="Rotation: lines lost, counted", seconds=10)
def a_rotation(rotate: Callable[[lab.Server, Path], object]) -> None:
    """Loses no line, and leaves the old file to itself."""
    with TemporaryDirectory() as name:
        log = Path(name, "access.log")
        command = f"gunicorn stock:app --pythonpath {FROM_HERE} --workers 2 --access-logfile {log}"
        with lab.launch(command) as web:
            web.wait_until(workers=2)
            file = log.stat().st_ino
            with Customers(web.address, "/?0") as customers:
                rotate(web, log)
                rotated(web, log, file)
                so_far = len(customers.got)
                soon(lambda: len(customers.got) > so_far + 20)
        failed = [status for status in customers.got if status != "200"]
        expect(not failed, "200 for every customer", saw=shown(sorted(set(failed))))
        old = log.with_suffix(".old")
        found = sum(file.read_text().count("GET /?0 ") for file in (old, log))
        asked = len(customers.got)
        expect(found >= asked, f"a line for each of {asked} requests", saw=f"{found}")


def rotated(web: lab.Server, log: Path, file: int) -> None:
    """Fail unless there are two files, and every process has the new one open and not the old one."""
    old = log.with_suffix(".old")
    expect(old.exists(), f"the old lines in `{old.name}`", saw="none")
    expect(log.exists(), "a new file under the old name", saw="none")
    expect(log.stat().st_ino != file, "a new file under the old name", saw="the old one, cut to nothing")
    for process in (web.pid, *(worker.pid for worker in web.workers)):
        held = {Path(each.path).name for each in psutil.Process(process).open_files()}
        expect(old.name not in held, "nobody who writes to the old file", saw="a process that has it open")


# 5. A release.


@question(5, section="A release, and the way back", seconds=15)
def a_release(release: Callable[[Any, lab.Server, lab.Server], object]) -> None:
    """Switches to what becomes ready, stays with what does not, and no customer notices."""
    command = f"gunicorn slow_start:app --pythonpath {FROM_HERE} --threads 8"
    with lab.launch(command) as old, lab.nginx(PROXY, web=old) as edge:
        new = lab.launch(command, env={"VERSION": "2", "READY": "1.2"})
        switched(release, edge, old, new, wanted=new)
    with lab.launch(command) as old, lab.nginx(PROXY, web=old) as edge:
        never = lab.launch(command, env={"VERSION": "3", "READY": "1000"})
        switched(release, edge, old, never, wanted=old)


def switched(
    release: Callable[..., object], edge: Any, old: lab.Server, new: lab.Server, wanted: lab.Server
) -> None:
    """Fail unless the right one serves afterwards, the other one has ended, and nobody lost anything."""
    other = old if wanted is new else new
    case = "new, which becomes ready" if wanted is new else "old, as the new one does not become ready"
    with new:
        with Customers(edge.address) as customers, one_in_the_midst(edge) as slow:
            told = release(edge, old, new)
            so_far = len(customers.got)
            soon(lambda: len(customers.got) > so_far + 20)
        lost = Counter(status for status in [*customers.got, slow.result()] if status != "200")
        expect(not lost, "nothing but 200 for customers", saw=shown(dict(lost)))
        returned(told, "the server that serves")
        expect(told is wanted, f"that you return `{case}`", told)
        text = edge.get("/").text
        right = "2" if wanted is new else "1"
        expect(text == right, f"an answer of version {right} through Nginx", text)
        expect(not other.running, "the end of the other one", saw="both, running")


@contextmanager
def one_in_the_midst(edge: Any) -> Iterator[Future[str]]:
    """Have a customer wait for an answer of a second meanwhile."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(ask, edge.address, "/?1")


# 6. A migration in steps.


READ = {"old": "price", "both": "coalesce(cents, price)", "new": "cents"}
WRITE = {"old": ("price",), "both": ("price", "cents"), "new": ("cents",)}
AS_IT_WAS = [("start", "new"), "alter table orders rename price to cents", ("stop", "old")]


@question(6, section="Two versions, one schema (optional)")
def steps_that_hold(plan: Sequence[Any]) -> None:
    """Arrives, and after every step each version can work."""
    expect(isinstance(plan, list | tuple), "a list of steps", plan)
    if list(plan) == AS_IT_WAS:
        unattempted("The plan is as it was.")
    running = {"old"}
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as rows:
        rows.execute("create table orders (price integer)")
        rows.execute("insert into orders values (5)")
        owed = 5
        for number, step in enumerate(plan, 1):
            taken(rows, running, step, number)
            expect(running, f"somebody who serves after step {number}", saw="nobody")
            for version in sorted(running):
                owed += 5
                order(rows, version, owed, f"after step {number}, `{step}`: ")
        columns = {row[1] for row in rows.execute("pragma table_info(orders)")}
    expect(running == {"new"}, "version 'new' alone, at the end", saw=f"{sorted(running)}")
    expect("price" not in columns, "no column `price` at the end", saw=f"{sorted(columns)}")


def taken(rows: sqlite3.Connection, running: set[str], step: Any, number: int) -> None:
    """Take one step."""
    if isinstance(step, str):
        try:
            rows.execute(step)
        except (sqlite3.Error, sqlite3.Warning) as error:
            fail(f"a statement that SQLite takes, as step {number}", saw=str(error))
        return
    pair = isinstance(step, tuple | list) and len(step) == 2
    known = pair and step[0] in ("start", "stop") and step[1] in READ
    expect(known, f"a step: a statement, or `start` or `stop` with a version; step {number}", step)
    (running.add if step[0] == "start" else running.discard)(step[1])


def order(rows: sqlite3.Connection, version: str, owed: int, when: str) -> None:
    """Fail unless a version can take an order, and tell what all orders come to."""
    names = WRITE[version]
    try:
        rows.execute(f"insert into orders ({', '.join(names)}) values ({', '.join('5' for _ in names)})")
        total = rows.execute(f"select sum({READ[version]}) from orders").fetchone()[0]
    except sqlite3.Error as error:
        fail(f"{when}that version {version!r} can take an order", saw=str(error))
    expect(total == owed, f"{when}the right sum at version {version!r}, {owed}", total)


# 7. Three programs, three complaints.


SUPERVISORD = """
[supervisord]
nodaemon = true
logfile = /dev/null
logfile_maxbytes = 0
pidfile = {folder}/pid
childlogdir = {folder}

[unix_http_server]
file = {folder}/s

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[program:web]
"""
# What each has that its complaint is about.
MARKS = {"quiet": "--daemon\nstartsecs = 2\n", "cut": "--graceful-timeout 1\n", "orphans": '; true"'}


@question(7, section="What RUNNING is worth", seconds=25)
def three_complaints(programs: Mapping[str, Any]) -> None:
    """Run and stop all three, as their owner meant it."""
    expect(isinstance(programs, Mapping), "a dictionary of programs", programs)
    for name in MARKS:
        expect(isinstance(programs.get(name), str), f"{name!r}: a program, as text", programs.get(name))
    if all(mark in programs[name] for name, mark in MARKS.items()):
        unattempted("The three programs are as they were.")
    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(complaint, MARKS, [programs[name] for name in MARKS]))
    for wanted, seen in filter(None, results):
        fail(wanted, saw=seen)


def complaint(name: str, program: str) -> tuple[str, str] | None:
    """Run a program and stop it while a visitor is served; return what was expected and what was seen."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(dir=short_temporary())))
        (folder / "c").write_text(SUPERVISORD.format(folder=folder) + program.strip() + "\n")
        try:
            web = stack.enter_context(lab.launch(f"supervisord -c {folder}/c", env=environment(folder)))
        except lab.LaunchError as error:
            return f"{name!r}: a program that Supervisor starts, and that answers", error.summary
        transport = SupervisorTransport(None, None, f"unix://{folder}/s")
        stack.callback(transport.close)
        control = ServerProxy("http://127.0.0.1", transport=transport).supervisor
        if not soon(lambda: state(control) != "STARTING", 15):
            return f"{name!r}: RUNNING within 15 s", state(control)
        if state(control) != "RUNNING":
            return f"{name!r}: RUNNING", f"{state(control)}, while it serves"
        visitor = stack.enter_context(ThreadPoolExecutor(1))
        answer = visitor.submit(ask, web.address, "/?3")
        web.wait_until((folder / "begun").exists)
        with suppress(Fault):
            control.stopProcess("web")
        got = answer.result()
        if ask(web.address) == "200":
            return f"{name!r}: nobody who serves after a stop", "Gunicorn, which goes on"
        if got != "200":
            return f"{name!r}: an answer for whoever is being served at a stop", got
    return None


def state(control: Any) -> str:
    """Return the state of the program; STARTING as long as it may yet become another one."""
    told = control.getProcessInfo("web")
    settled = told["statename"] in ("FATAL", "EXITED") or (
        told["statename"] == "RUNNING" and listens(told["pid"])
    )
    return str(told["statename"]) if settled else "STARTING"


def listens(pid: int) -> bool:
    """Tell whether a process, or one that it started, holds a listening socket."""
    try:
        first = psutil.Process(pid)
        family = [first, *first.children(recursive=True)]
        return any(
            one.status == psutil.CONN_LISTEN for each in family for one in each.net_connections("inet")
        )
    except psutil.Error:
        return False
