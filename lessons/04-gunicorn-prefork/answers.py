"""Answers to the exercises on Gunicorn."""

import json
import os
import signal
import urllib.request
from collections import Counter

import httpx

from labapp import lab
from labapp.course.exercise import Answers

names = Answers(1)
NAMES = '["master"] + [f"worker {number}" for number in numbers]'


@names.right
def measured(workers, events):
    with lab.launch(f'gunicorn "labapp:create_app()" --workers {workers}') as web:
        web.wait_until(workers=workers)
        for event in events:
            if event.startswith("KILL"):
                [victim] = [worker for worker in web.workers if worker.name == f"worker {event[5:]}"]
                victim.signal("KILL")
                web.wait_until(lambda gone=victim: gone.pid not in {worker.pid for worker in web.workers})
            else:
                web.signal(event)
                workers = max(1, workers + (1 if event == "TTIN" else -1))
            web.wait_until(workers=workers)
        return ["master", *(worker.name for worker in web.workers)]


names.right((NAMES, '{"master", *(f"worker {number}" for number in numbers)}'))
names.wrong("and not only those that serve", ('["master"] + ', ""))
names.wrong("worker 0 is none of them", ("worker {number}", "worker {number - 1}"))
names.wrong(
    "`--workers 3` and ['TTOU', 'TTIN'], the names that the lab shows, saw `['master', 'worker 1', 'w",
    ("numbers[1:] or numbers", "numbers[:-1] or numbers"),
)
names.wrong(
    "`--workers 2` and ['KILL 2'], the names that the lab shows",
    ("numbers.remove(int(event.split()[1]))", "continue"),
)
names.wrong(
    "`--workers 2` and ['KILL 2'], so many names as there are processes, saw 2 names",
    ("split()[1]))\n", "split()[1]))\n            continue\n"),
)
names.wrong(
    "`--workers 2` and ['TTIN'], so many names as there are processes, saw 3 names", ("in events:", "in ():")
)
names.wrong("a list of names, such as `'worker 7'`, saw `5`", "return 1 + workers")
names.wrong("returns nothing", "print(workers)")
names.wrong(
    "`--workers 1` and ['TTOU'], so many names as there are processes, saw 1 names",
    ("numbers[1:] or numbers", "numbers[1:]"),
)

tally = Answers(2)


@tally.right
def by_another_client(web, requests):
    named = {process.pid: process.name for process in web.tree()}
    counts = dict.fromkeys(named.values(), 0)
    for _ in range(requests):
        with urllib.request.urlopen(f"{web.url}/whoami") as answer:
            counts[named[json.load(answer)["pid"]]] += 1
    return counts


@tally.right
def a_client_for_each(web, requests):
    pids = Counter(httpx.get(f"{web.url}/whoami").json()["pid"] for _ in range(requests))
    return {process.name: pids[process.pid] for process in web.tree()}


tally.wrong(
    "so many requests in the server's access log, saw 0",
    'return {"master": 0, "worker 1": requests // 2, "worker 2": requests // 2}',
)
tally.wrong("requests in the server's access log, saw 31", ("pids = ", 'web.get("/ping")\n    pids = '))
tally.wrong(
    "so many requests in the server's access log, saw 1",
    """
    pid = web.get("/whoami").json()["pid"]
    return {process.name: requests * (process.pid == pid) for process in web.tree()}
    """,
)
tally.wrong("whatever it answered, saw only worker", ("web.tree()", "web.workers"))
tally.wrong(
    "names of processes as keys", ("{process.name: pids[process.pid] for process in web.tree()}", "pids")
)
tally.wrong("for master, the number of requests that it answered: 0", ('["pid"]', '["ppid"]'))
tally.wrong(
    "for worker 1, the number of requests that it answered",
    ("in web.tree()}", 'in web.tree()} | {"worker 1": [pids]}'),
)

two_more = Answers(3)
LAST = """web.signal("TTIN")
web.wait_until(workers=4)"""

two_more.right(
    """
    for count in (3, 4):
        subprocess.run(["kill", "-TTIN", str(web.pid)], check=True)
        web.wait_until(workers=count)
    """
)
two_more.wrong("four workers, saw `3`", (LAST, ""))
two_more.wrong("four workers, saw `1`", 'web.signal("TTOU")\nweb.wait_until(workers=1)')
two_more.wrong("four workers, saw `2`", 'web.signal("HUP")')
two_more.wrong(
    "the two workers of before among them, undisturbed, saw 1 of the two",
    (
        LAST,
        f"""{LAST}
web.signal("TTIN")
web.wait_until(workers=5)
web.signal("TTOU")
web.wait_until(workers=4)""",
    ),
)
two_more.wrong(
    "another one: the server was started anew",
    """
    web.stop()
    web = lab.launch('gunicorn "labapp:create_app()" --workers 4')
    web.wait_until(workers=4)
    """,
)
two_more.wrong("running, saw it exited with status 0", "web.stop()")

master_of = Answers(4)


@master_of.right
def up_from_who_answers(address):
    return httpx.get(f"http://{address}/whoami").json()["ppid"]


@master_of.wrong("because it was forked: a worker")
def who_answers(address):
    return httpx.get(f"http://{address}/whoami").json()["pid"]


master_of.wrong(
    "a program that only started it",
    "return next(web.tree()[0].pid for web in lab.servers() if web.address == address)",
)
master_of.wrong(
    "a process of another server",
    'return next(web.pid for web in lab.servers() if "gunicorn" in web.command[0])',
)
master_of.wrong("a whole number, saw `'", ("return master", "return str(master)"))
master_of.wrong("a whole number, saw `[", ("return master", "return list(holders)"))
master_of.wrong("the pid of a process that holds the socket, saw `1`", "return 1")

successor = Answers(5)


@successor.right
def by_the_log(web):
    lines, victim = len(web.log.lines), web.workers[-1]
    os.kill(victim.pid, signal.SIGKILL)
    booted = str(web.log.wait_for("Booting worker with pid", since=lines))
    pid = int(booted.rpartition(" ")[2])
    return next(process.name for process in web.tree() if process.pid == pid)


successor.wrong(
    "the name of the one who was killed",
    ("    before = ", "    name = web.workers[0].name\n    before = "),
    ("born.name", "name"),
)
successor.wrong("saw `'worker 3'`, who was there before", ("born.name", 'f"worker {len(web.workers) + 1}"'))
successor.wrong("the name of the one who was born, saw `'worker 5'`", ("born.name", '"worker 5"'))
successor.wrong("none of them gone, and 2 workers", 'return "worker 4"')
successor.wrong(
    "none of them gone, and 3 workers",
    """
    web.signal("TTIN")
    web.wait_until(workers=3)
    return web.workers[-1].name
    """,
)
successor.wrong(
    "one worker born in its place, saw 0 born",
    """
    web.signal("TTOU")
    web.wait_until(workers=1)
    return web.workers[-1].name
    """,
)
successor.wrong(
    "both of them gone",
    ("web.workers[0].signal", "for worker in web.workers:\n        worker.signal"),
    (
        "lambda: {worker.pid for worker in web.workers} -",
        "lambda: not {worker.pid for worker in web.workers} &",
    ),
    ("[born]", "born, _"),
)
successor.wrong("no master: the signal ended it", 'web.signal("KILL")\nreturn "worker 4"')
successor.wrong("a name, such as `'worker 7'`, saw", ("born.name", "born.pid"))

commands = Answers(6)
GONE = """commands["gone"] = 'gunicorn "labapp:create_app()"'"""
REFUSED = """commands["refused"] = 'gunicorn "labapp:create_app()" --bind 127.0.0.1:0'"""

commands.right(
    """
    commands = {
        "silent": ["gunicorn", "-w", "2", "labapp:create_app()"],
        "gone": 'gunicorn "labapp.web.app:build()"',
        "refused": 'python -m gunicorn "labapp:create_app()"',
    }
    """
)
commands.wrong(
    "'silent': the answer of the application to `/ping`, saw 500", ('()" --workers 2', '" --workers 2')
)
commands.wrong("'silent': two workers, as its author wanted, saw `1`", (" --workers 2", ""))
commands.wrong(
    "'gone': a server that starts, saw There is no module", (GONE, GONE.replace("labapp:", "labap:"))
)
commands.wrong(
    "'gone': a server that starts, saw The module 'labapp' has nothing called",
    (GONE, GONE.replace("create_app", "app")),
)
commands.wrong(
    "'gone': Gunicorn", (GONE, """commands["gone"] = 'flask --app "labapp:create_app()" run --port 0'""")
)
commands.wrong("'refused': a command that serves, saw the command as it was", (REFUSED, ""))
commands.wrong("the server that was there first, still running", (REFUSED, f"{REFUSED}\ntaken.stop()"))
commands.wrong(
    "a command under each of the three names, saw none under ['refused']",
    (REFUSED, 'del commands["refused"]'),
)

cause = Answers(7)
cause.right(
    r"""
    for line in reversed(lines):
        if re.search(r"^\w+Error: |^Failed to find|Address already in use", line):
            return line + "\n"
    return None
    """
)
cause.wrong(
    "`gunicorn labap:create_app()`, the line that names the cause, saw `'[ERROR] Reason",
    """
    errors = [line for line in lines if "Error: " in line or "[ERROR]" in line]
    return errors[-1] if errors else None
    """,
)
cause.wrong("saw `'[ERROR] Error handling request GET /'`", ("said + errors", "errors"))
cause.wrong(
    "`gunicorn labapp:creat_app()`, a line, saw `None`",
    r'return next((line for line in lines if re.match(r"\w+Error: ", line)), None)',
)
cause.wrong("which serves, saw `''`", ("errors), None)", 'errors), "")'))
cause.wrong(
    "one of the log's own lines, unchanged",
    'return "the module is missing" if "No module" in str(lines) else "no call"',
)
cause.wrong("one line, as text, saw `[", 'return [line for line in lines if "Error" in line]')
cause.wrong("--bind 127.0.0.1", ("said + errors", "said"))
