"""Answers to the exercises on signals."""

import subprocess
import urllib.request

from checks import ORDERING, ORDERS, of

from labapp import lab
from labapp.course.exercise import Answers

after = Answers(1)


@after.right
def in_two_numbers(workers, signals):
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


COUNTED = "return len(there), sum(number < workers for number in there)"
after.wrong(
    "`--workers 2` and TTIN, HUP, the number of workers at the end, saw `3`",
    ("born + workers))", "born + len(there)))"),
)
after.wrong(
    "TTIN, HUP, the number of those who were there from the start, saw `2`",
    ("there = list(range(born, born + workers))", "there = list(range(workers))"),
)
after.wrong(
    "TTIN, TTOU, the number of those who were there from the start, saw `2`", ("there[1:]", "there[:-1]")
)
after.wrong("TTOU, TTOU, TTOU, the number of workers at the end, saw `0`", ("[1:] or there", "[1:]"))
after.wrong(
    "WINCH, CHLD, USR1, the number of workers at the end, saw `0`",
    ('elif name == "TTIN"', 'elif name == "WINCH":\n            there = []\n        elif name == "TTIN"'),
)
after.wrong(
    "TTIN, TTIN, the number of workers at the end, saw `0`", ("there.append(born)", "there = there[1:]")
)
after.wrong("two whole numbers, saw `4`", (COUNTED, "return len(there)"))
after.wrong("returns nothing", (COUNTED, "print(len(there))"))

signals = Answers(2)
signals.right(
    """
signals = {"grow": signal.SIGTTIN, "reopen": signal.SIGUSR1, "reload": signal.SIGHUP, "now": "SIGQUIT"}
signals["finish"] = signal.SIGTERM
"""
)
signals.wrong("'grow': three workers where there were two, saw 1", ('"TTIN"', '"TTOU"'))
signals.wrong("'grow': the name of a signal, saw `'TTOUT'`", ('"TTIN"', '"TTOUT"'))
signals.wrong("'reopen': the workers of before, saw others", ('"USR1"', '"HUP"'))
signals.wrong("'reopen': a new file under the old name, saw none", ('"USR1"', '"WINCH"'))
signals.wrong("'reload': the master of before, alone, saw 2 masters", ('"HUP"', '"USR2"'))
signals.wrong("'reload': a server that goes on running, saw it exited with status 0", ('"HUP"', '"TERM"'))
signals.wrong("'finish': the answer to the request under way, saw", ('"TERM"', '"INT"'))
signals.wrong(
    "'now': nothing left of the server, and no waiting, saw still there: master", ('"INT"', '"TERM"')
)
signals.wrong(
    "'now': nothing left of the server, and no waiting, saw still there: worker", ('"INT"', '"KILL"')
)
signals.wrong("a signal under each of the five names, saw none under now", (', "now": "INT"', ""))

rotate = Answers(3)
rotate.right("subprocess.run(f\"mv '{log}' '{log}.1' && kill -USR1 {web.pid}\", shell=True, check=True)")
rotate.right('os.link(log, f"{log}.1"); log.unlink(); web.signal("USR1"); web.wait_until(log.exists)')
rotate.wrong("a new file `access.log`, saw none", 'log.rename(f"{log}.1")')
rotate.wrong(
    "the lines of new requests in `access.log`, saw they go to `access.log.1`",
    'log.rename(f"{log}.1"); log.touch()',
)
rotate.wrong("no line of before in `access.log`, saw 2", 'shutil.copy(log, f"{log}.1"); web.signal("USR1")')
rotate.wrong(
    "what is written while it is copied would be lost, saw a copy, and the log emptied",
    'Path(f"{log}.1").write_text(log.read_text()); os.truncate(log, 0)',
)
rotate.wrong(
    "saw a copy, and the log removed",
    'shutil.copy(log, f"{log}.1"); log.unlink(); web.signal("USR1"); web.wait_until(log.exists)',
)
rotate.wrong("a file `access.log.1`, saw none", 'log.unlink(); web.signal("USR1")')
rotate.wrong(
    "worker 1 and worker 2 replaced",
    """
    log.rename(f"{log}.1")
    before = {worker.pid for worker in web.workers}
    web.signal("HUP")
    web.wait_until(lambda: not before & {worker.pid for worker in web.workers}, workers=2)
    """,
)
rotate.wrong("whichever worker writes them", ("web.signal", "web.workers[0].signal"))
rotate.wrong("the server, running, saw it exited with status 0", 'web.stop(); log.rename(f"{log}.1")')
rotate.wrong(
    "the two lines of before in `access.log.1`, saw 0", 'Path(f"{log}.1").touch(); os.truncate(log, 0)'
)

deploy = Answers(4)
LOOK = '"-m", "gunicorn", "--check-config", "shop:app"'
RENEWED = "not before & {worker.pid for worker in web.workers}, workers=2"
RELOAD = f'web.signal("HUP")\n    web.wait_until(lambda: {RENEWED})\n'
ONE_BY_ONE = """for worker in web.workers:
        worker.signal("TERM")
        web.wait_until(lambda gone=worker.pid: gone not in {each.pid for each in web.workers}, workers=2)
"""
deploy.right((LOOK, '"-c", "import shop"'), (RELOAD, ONE_BY_ONE))
deploy.wrong(
    "when the new code cannot be loaded, saw it exited with status",
    """
    before = {worker.pid for worker in web.workers}
    web.signal("HUP")
    web.wait_until(lambda: not before & {worker.pid for worker in web.workers})
    return web.running
    """,
)
deploy.wrong("`False` for code that cannot be loaded, saw `True`", "return True")
deploy.wrong(
    "the new code tried in a process of its own",
    f"""
    sys.path.insert(0, str(folder))
    sys.modules.pop("shop", None)
    try:
        import shop
    except ImportError:
        return False
    finally:
        sys.path.remove(str(folder))
    before = {{worker.pid for worker in web.workers}}
    {RELOAD}
    return True
    """,
)
deploy.wrong("the workers of before, and no other", (RELOAD, "pass\n"))
deploy.wrong(
    "none of the old workers left when it returns, saw one is still at work",
    (RENEWED, "{worker.pid for worker in web.workers} - before"),
)
deploy.wrong(
    "left when it returns, saw one that takes longer than",
    (f"web.wait_until(lambda: {RENEWED})", "__import__('time').sleep(1.5)"),
)
deploy.wrong(
    "the server that was given, running on with the new code, saw it exited with status 0",
    (RELOAD, 'web.stop(); lab.launch("gunicorn shop:app --workers 2", cwd=folder).stop()\n'),
)
deploy.wrong(
    "an answer to each request that was under way, saw none to", (RELOAD, ONE_BY_ONE.replace("TERM", "KILL"))
)
deploy.wrong("one master, saw 2", (RELOAD, 'web.signal("USR2"); web.wait_until(workers=4)\n'))
deploy.wrong("`True` for code that was put into service, saw `None`", ("return True", "return None"))

upgrade = Answers(5)


@upgrade.right
def with_kill_and_without_a_winch(web, healthy):
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


RETIRED = "    os.kill(old.pid, signal.SIGWINCH)\n    web.wait_until(lambda: not workers(old))\n"
ASKED = "    good = healthy()\n"
RECALLED = "        os.kill(old.pid, signal.SIGHUP)\n        web.wait_until(lambda: len(workers(old)) == 2)\n"
upgrade.wrong("`healthy()` asked, where it is False, saw it was never called", (ASKED, "    good = True\n"))
upgrade.wrong(
    "when `healthy()` is asked, where it is False, saw 2 of the old one, who answer too",
    (RETIRED + ASKED, ASKED + RETIRED),
)
upgrade.wrong(
    "two masters when `healthy()` is asked, where it is False, saw 1",
    (ASKED, "    good = True\n"),
    ("return good", "return healthy()"),
)
upgrade.wrong("`healthy()` asked once", ("if good:", "if healthy():"))
upgrade.wrong(
    "one master in the end, where `healthy()` is False, saw 2",
    ("os.kill(new.pid, signal.SIGTERM)", "return False"),
)
upgrade.wrong("two workers in the end, where `healthy()` is False, saw 0", (RECALLED, ""))
upgrade.wrong("master in the end, where `healthy()` is False, saw the other one", ("if good:", "if True:"))
upgrade.wrong(
    "one master in the end, where `healthy()` is True, saw 2",
    ("os.kill(old.pid, signal.SIGQUIT)", "return True"),
)
upgrade.wrong("what the function returns where `healthy()` is False, saw `None`", ("return good", "return"))

free = Answers(6)
WAITED = "while any(lab.descriptors(pid, address) for pid in holders):\n        pass"


@free.right
def by_asking_each_a_last_time(address):
    # An orphan looks for its parent when it has served a request, and ends.
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://{address}/ping").close()
        except OSError:
            return


@free.right
def by_what_the_lab_knows(address):
    [web] = [web for web in lab.servers() if web.address == address]
    for worker in web.workers:
        worker.signal("KILL")
    web.wait_until(running=False)


free.wrong("nobody who listens at the address, saw 2 processes", "print(address)")
free.wrong(
    "nobody who listens at the address, saw 1 process, with nobody above it",
    (WAITED, "return"),
    ("for pid in holders:", "for pid in holders[:1]:"),
)
free.wrong(
    "the server at the other address, running: nobody complained of it, saw it exited with status 0",
    "for web in lab.servers():\n        web.stop()",
)


@free.wrong("saw worker 1 replaced")
def all_workers_there_are(address):
    for web in lab.servers():
        for worker in web.workers:
            worker.signal("KILL")
            web.wait_until(lambda web=web, gone=worker.pid: gone not in {one.pid for one in web.workers})


@free.wrong("The master has ended: SIGTERM was not sent")
def a_signal_to_the_dead(address):
    [web] = [web for web in lab.servers() if web.address == address]
    web.signal("TERM")


free.wrong(
    "LaunchError", "lab.launch(f'gunicorn \"labapp:create_app()\" --bind {address}', timeout=1).stop()"
)

orders = Answers(7)
OPENING = ORDERS[ORDERS.index("orders = os.open") : ORDERS.index("def app")]
WRITTEN = '        os.write(orders, f"{order}\\n".encode())\n'
LOCKED = """        with open(FILE, "a") as orders:
            fcntl.flock(orders, fcntl.LOCK_EX)
            orders.write(f"{order}\\n")
"""


def repaired(*changes, command=ORDERING, both=True):
    """Return the text that changes the program and launches it anew, with both workers unless one dies."""
    program = ORDERS
    for old, new in changes:
        assert old in program, old
        program = program.replace(old, new)
    lines = [f"program.write_text({program!r})", "web.stop()", f"web = lab.launch({command!r}, cwd=folder)"]
    return "\n".join([*lines, "web.wait_until(workers=2)" if both else ""])


orders.right(
    f"""
program.write_text({ORDERS.replace(OPENING, chr(10)).replace(WRITTEN, LOCKED)!r})
first = web.workers[0].pid
web.signal("HUP")
web.wait_until(lambda: first not in {{worker.pid for worker in web.workers}}, workers=2)
"""
)
orders.right(repaired(command=f"{ORDERING} --preload"))
orders.right(repaired(command="gunicorn orders:app --workers 1 --threads 2", both=False))
orders.wrong(
    "no worker that dies, saw in the log: Worker exited with code 1",
    repaired(command=f"{ORDERING} --timeout 120", both=False),
)
orders.wrong(
    "saw one after the other, with 1 worker", repaired(command="gunicorn orders:app --workers 1", both=False)
)
orders.wrong("saw one after the other, with 2 workers", repaired((" | fcntl.LOCK_NB", "")))
orders.wrong(
    "each order on record once, in a file `orders*.txt`, saw one is there 0 times",
    repaired(("    sys.exit(", '    orders = os.open("/dev/null", os.O_WRONLY)\n    print(')),
)
orders.wrong("an answer to each of two orders, saw status 500", repaired((OPENING, "\n")))
orders.wrong(
    "an answer to each of two orders, saw status 404",
    repaired(command='gunicorn "labapp:create_app()" --workers 2'),
)
orders.wrong("a server that runs, saw it exited with status 0", "web.stop()")
