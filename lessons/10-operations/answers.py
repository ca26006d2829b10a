"""Answers to the exercises on operations: lines, names, scripts, rotations, releases, steps, complaints."""

import ast
import shutil
import time

from gunicorn.config import Config

from labapp.course.exercise import Answers

step = Answers(1)


@step.right
def by_parts(line):
    _, _, said = line.partition("INFO ")
    said = said or line.partition("WARN ")[2]
    if said.startswith(("success:", "gave up:")):
        return "up" if said.startswith("success:") else "given up"
    if not said.startswith("exited:"):
        return None
    if "terminated by" in said:
        return "killed"
    return "left" if "exit status 0;" in said else "failed"


step.wrong(
    "WARN exited: web (exit status 0; not expected)` tells, saw `'failed'`",
    (r"""        r"exited: .*\(exit status 0; ": "left",""", ""),
)
step.wrong(
    "INFO exited: web (exit status 0; expected)` tells, saw `'failed'`",
    ("exit status 0; ", "exit status 0; not expected"),
)
step.wrong(
    "`None` for the line `WARN stopped: web (terminated by SIGKILL)`",
    (r"exited: .*\(terminated by ", "terminated by "),
)
step.wrong("WARN exited: web (terminated by SIGTERM; not expected)` tells", ("by ", "by SIGKILL"))
step.wrong("(terminated by SIGSEGV (core dumped); not expected)` tells", ("by ", r"by SIG\w+;"))
step.wrong(
    "WARN exited: success (exit status 3; not expected)` tells, saw `'up'`",
    (r"success: \S+ entered RUNNING", "success"),
)
step.wrong(
    "one of the five words of the table, or `None`", ('"gave up: ": "given up"', '"gave up: ": "fatal"')
)

unknown = Answers(2)


@unknown.right
def by_running_it(text):
    names = {}
    exec(text, names)
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)]
    made = {node.id for node in nodes if isinstance(node.ctx, ast.Store) and node.id[0] != "_"}
    return sorted((made & names.keys()) - Config().settings.keys())


unknown.wrong(
    "`unknown('workers = 4\\nTimeout = 60')", ("name not in settings", "name.lower() not in settings")
)
unknown.wrong("saw `['_here']`", (' and name[0] != "_"', ""))
unknown.wrong("`unknown('max_request: int = 1000')`", ("ast.Assign | ast.AnnAssign", "ast.Assign"))
unknown.wrong("`unknown('thread, worker = 2, 3')`", ("in ast.walk(target) if", "in [target] if"))
unknown.wrong("saw `['name']`", ("in ast.walk(target)", "in ast.walk(statement)"))
unknown.wrong("saw `['shop']`", (" if isinstance(name.ctx, ast.Store)", ""))
unknown.wrong(
    "# worker = 4",
    r"""
    found = re.findall(r"(?m)^(?:# )?([a-z]\w*)(?:, (\w+))?(?:: int)? =", text, re.IGNORECASE)
    names = {name for pair in found for name in pair if name}
    return sorted(names - Config().settings.keys())
    """,
)
unknown.wrong("banner = 1", ("in ast.parse(text).body", "in ast.walk(ast.parse(text))"))
unknown.wrong("a list of names", ("return sorted(", "return set("))

script = Answers(3)
MIGRATE = "python migrate.py || exit $?"
script.right((MIGRATE, "set -e\n    python migrate.py"))
script.right((f"{MIGRATE}\n    exec", "python migrate.py && exec"))
script.wrong(
    "that a TERM for the first process ends Gunicorn, saw Gunicorn, which goes on",
    ("exec gunicorn", "gunicorn"),
)
script.wrong("saw a server, though it has failed", (" || exit $?", ""))
script.wrong("saw a script that ends with 1", ("exit $?", "exit 1"))
script.wrong("saw a script that does not migrate", (MIGRATE, ""))
script.wrong("a script, returned", 'print("exec gunicorn stock:app")')
script.wrong("one migration, saw 2", (MIGRATE, f"{MIGRATE}\n    python migrate.py"))

rotate = Answers(4)


@rotate.right
def with_new_workers(web, log):
    old = {worker.pid for worker in web.workers}
    log.rename(log.with_suffix(".old"))
    web.signal("USR1")
    web.signal("HUP")
    web.wait_until(lambda: not old & {worker.pid for worker in web.workers}, workers=2)


@rotate.wrong("a new file under the old name, saw the old one, cut to nothing")
def copytruncate(web, log):
    shutil.copy(log, log.with_suffix(".old"))
    with log.open("w"):
        pass


RENAME = "log.rename(log.with_suffix('.old'))"
rotate.wrong("a new file under the old name, saw none", RENAME)
rotate.wrong("nobody who writes to the old file, saw a process that", f"{RENAME}\nlog.touch()")
rotate.wrong("the old lines in `access.old`", 'web.signal("USR1")')
rotate.wrong("There is no signal 'REOPEN'", ('"USR1"', '"REOPEN"'))

release = Answers(5)


@release.right
def by_asking(edge, old, new):
    for _ in range(30):
        if new.get("/ready").status_code == 200:
            break
        time.sleep(0.1)
    else:
        new.stop()
        return old
    before = [worker.pid for worker in edge.workers]
    edge.reload(web=new)
    edge.wait_until(lambda: not set(before) & {worker.pid for worker in edge.workers})
    old.stop()
    return new


release.wrong("nothing but 200 for customers, saw `{'503'", "edge.reload(web=new)\nold.stop()\nreturn new")
release.wrong(
    "nothing but 200 for customers, saw `{'502'", ("    former = ", "    old.stop()\n    former = ")
)
BOTH = "    old.stop()\n    return new"
release.wrong("the end of the other one, saw both, running", (BOTH, "    return new"))
release.wrong("the server that serves, returned", (BOTH, "    old.stop()"))
release.wrong(
    "that you return `old, as the new one does not become ready`",
    ("        return old", "        return new"),
)
release.wrong("an answer of version 2 through Nginx, saw `'1'`", "return new")

plan = Answers(6)
ADD = '"alter table orders add cents integer",\n'
FILL = '"update orders set cents = price where cents is null",\n'
DROP = '    "alter table orders drop price",\n'
LEAVE = '    ("stop", "both"),\n'
plan.right((ADD, f'{ADD}    "create index fast on orders (cents)",\n'))
plan.right((FILL, f"{FILL}    {FILL}"))
plan.wrong("version 'old' can take an order", (ADD, '"alter table orders rename price to cents",\n'))
plan.wrong("the right sum at version 'new'", (FILL, '"select 1",\n'))
HAND_OVER = '    ("start", "both"),\n    ("stop", "old"),\n'
plan.wrong(
    "somebody who serves after step 2, saw nobody",
    (HAND_OVER, '    ("stop", "old"),\n    ("start", "both"),\n'),
)
plan.wrong("no column `price` at the end", (DROP, ""))
plan.wrong("version 'both' can take an order", (LEAVE + DROP, DROP + LEAVE))
plan.wrong("version 'new' alone, at the end", (LEAVE, '    ("stop", "new"),\n'), (DROP, ""))
plan.wrong("a step: a statement, or `start` or `stop`", ('("start", "both")', '("begin", "both")'))
plan.wrong("a statement that SQLite takes, as step 1", ("add cents integer", "add cents integer not null"))

programs = Answers(7)
QUIET = 'programs["quiet"] = """\ncommand = gunicorn stock:app'
NO_EXEC = ("exec gunicorn", "gunicorn")
END = '%(ENV_PORT)s"\n"""'
programs.right((QUIET, 'programs["quiet"] = """\nstartsecs = 3\ncommand = gunicorn stock:app'))
programs.right(("stopwaitsecs = 35\n", ""))
programs.wrong("while it serves", (QUIET, f"{QUIET} --daemon"))
programs.wrong(
    "'cut': an answer for whoever is being served at a stop",
    ("stopwaitsecs = 35", "stopwaitsecs = 1\nkillasgroup = true"),
)
programs.wrong(
    "'orphans': nobody who serves after a stop", NO_EXEC, (END, '%(ENV_PORT)s; true"\nstopwaitsecs = 40\n"""')
)
programs.wrong(
    "'orphans': an answer for whoever is being served at a stop",
    NO_EXEC,
    (END, '%(ENV_PORT)s; true"\nstopsignal = KILL\nstopasgroup = true\nkillasgroup = true\n"""'),
)
programs.wrong("'quiet': a program that Supervisor starts", (QUIET, QUIET.replace("stock", "stok")))
programs.wrong("'cut': a program, as text", ('programs["cut"] = """', 'programs["cut"] = None\nunused = """'))
