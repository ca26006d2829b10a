"""Answers to the exercises on workers: how long, which command, and four servers in need of help."""

import heapq
import re

from labapp.course.exercise import Answers


def mended(command, *changes):
    """Return the text that changes the program that was handed out, and launches a command anew."""
    lines = ["text = program.read_text()"]
    lines += [f"text = text.replace({old!r}, {new!r})" for old, new in changes]
    lines += ["program.write_text(text)", "web.stop()", f"web = lab.launch({command!r}, cwd=folder)"]
    lines += [f"web.wait_until(workers={number})" for number in re.findall(r"--workers (\d+)", command)]
    return "\n".join(lines)


how_long = Answers(1)


@how_long.right
def by_playing_it_through(work, requests, each, *, kind="sync", workers=1, threads=1, processors=2):
    places = {"computing": min(workers, processors), "waiting": workers * threads}[work]
    if kind == "gevent" and work == "waiting":
        places = 1000 * workers
    free = [0.0] * places
    for _ in range(requests):
        heapq.heappush(free, heapq.heappop(free) + each)
    return max(free)


ROUNDS = "math.ceil(requests / at_a_time) * each"
how_long.wrong(
    "10, 0.2, workers=4)`: the time until the last one is answered, saw 0.5 s",
    (ROUNDS, "max(each, requests / at_a_time * each)"),
)
how_long.wrong(
    "7, 0.1, workers=2)`: the time until the last one is answered, saw 0.35 s",
    (ROUNDS, f"requests / at_a_time * each if work == 'computing' else {ROUNDS}"),
)
how_long.wrong(
    "workers=2, threads=3)`: the time until the last one is answered, saw 1.2 s",
    ("workers * threads", "workers * (threads if kind == 'gthread' else 1)"),
)
how_long.wrong(
    "kind='gevent', threads=4)`: the time until the last one is answered, saw 5 s",
    ("at_a_time = requests", "pass"),
)
how_long.wrong(
    "kind='gthread', threads=8)`: the time until the last one is answered, saw 0.1 s",
    ("min(workers, processors)", "min(workers, processors) * threads"),
)
how_long.wrong(
    "kind='gevent', workers=2)`: the time until the last one is answered, saw 0.1 s",
    ("min(workers, processors)", "requests if kind == 'gevent' else min(workers, processors)"),
)
how_long.wrong(
    "0.1, workers=8)`: the time until the last one is answered, saw 0.1 s",
    ("min(workers, processors)", "workers"),
)
how_long.wrong("a number of seconds, saw `'", (f"return {ROUNDS}", f'return f"{{{ROUNDS}:g}} s"'))
how_long.wrong("returns nothing", (f"return {ROUNDS}", f"print({ROUNDS})"))

commands = Answers(2)
commands.right(
    """
commands = {
    "patient": 'gunicorn "labapp:create_app()" -k gevent',
    "prompt": ["gunicorn", "labapp:create_app()", "-k", "gthread", "--threads", "8"],
    "sturdy": 'gunicorn "labapp:create_app()" --workers 4 --timeout 60',
}
"""
)
commands.wrong("'patient': twelve requests at a time, saw 1 at a time", ("--threads 12", "-t 12"))
commands.wrong("'patient': one worker process, saw 12", ("--threads 12", "--workers 12"))
commands.wrong("'patient': twelve requests at a time, saw 2 at a time", ("--threads 12", "--threads 2"))
commands.wrong("'patient': twelve requests at a time, saw 11 at a time", ("--threads 12", "--threads 11"))
commands.wrong("two requests that compute, saw that it waited for both", ("--threads 4", "-k gevent"))
commands.wrong("two requests that compute, saw that it waited for one", ("--threads 4", "--workers 2"))
commands.wrong("while a third one ends its process, saw 2 of them lost", ("--workers 2", "--threads 8"))
commands.wrong("requests that wait served at a time, saw one after the other", (" --workers 2", ""))
commands.wrong("'prompt': a server that starts, saw", ("--threads 4", "--thread-count 4"))
commands.wrong(
    "'sturdy': a command, saw `None`", ("""'gunicorn "labapp:create_app()" --workers 2'""", "None")
)

office = Answers(3)
TICKETS = "gunicorn tickets:app --workers 3"
DATABASE = """
    with sqlite3.connect("office.db", timeout=10, isolation_level=None) as office:
        office.execute("CREATE TABLE IF NOT EXISTS drawn (number INTEGER PRIMARY KEY AUTOINCREMENT)")
        number = office.execute("INSERT INTO drawn DEFAULT VALUES RETURNING number").fetchone()[0]
"""
VALUE = 'import multiprocessing\nlast = multiprocessing.Value("i", 0)\n'
SHARED_MEMORY = "\n    with last.get_lock():\n        last.value += 1\n        number = last.value\n"


def drawing(body, above="", command=TICKETS):
    """Return the text of an office that comes to its numbers in another way."""
    return mended(
        command, ("number = next(numbers)", body), ("import itertools", f"import itertools\n{above}")
    )


office.right(drawing(DATABASE, "import sqlite3"))
office.right(drawing(SHARED_MEMORY, VALUE, f"{TICKETS} --preload"))
office.wrong(
    "no number given twice",
    drawing(
        "\n    with lock:\n        number = next(numbers)\n", "import threading\nlock = threading.Lock()"
    ),
)
office.wrong(
    "one number after the other, and none left out", drawing("number = time.time_ns()", "import time")
)
office.wrong(
    "three workers, saw 1", drawing("number = next(numbers)", command="gunicorn tickets:app --threads 3")
)
office.wrong(
    "a number, and nothing else, saw `'worker",
    drawing('number = f"worker {os.getpid()}: {next(numbers)}"', "import os"),
)
office.wrong("a number for everybody who asks, saw status 500", drawing("number = next(shared_numbers)"))

reports = Answers(4)
CHOSEN = "--workers 2 --timeout 30"
reports.right((CHOSEN, "--workers 2 --threads 2 --timeout 1"))
reports.right((CHOSEN, "-k gevent --timeout 1"))
reports.wrong("--workers 8 --timeout 1", (CHOSEN, "--workers 8 --timeout 1"))
reports.wrong("--timeout 3'", (CHOSEN, "--workers 2 --timeout 3"))
reports.wrong("--graceful-timeout 30", (CHOSEN, "--workers 2 --timeout 1 --graceful-timeout 30"))
reports.wrong("--keep-alive 30", (CHOSEN, "--workers 2 --timeout 1 --keep-alive 30"))
reports.wrong("both reports at the same time, saw one of them still missing", (CHOSEN, "--timeout 30"))
reports.wrong("a server that starts, saw", (CHOSEN, "--workers 2 --timeout 30s"))

prices = Answers(5)
PRICES = "gunicorn prices:app"
KEEPING = "    if order not in printed:\n        printed[order] = price_list(order)\n"
prices.right(mended(PRICES, (KEEPING, "    printed = {order: price_list(order)}\n")))
prices.right(mended(f"{PRICES} --max-requests 12"))
prices.wrong("--max-requests 1000", mended(f"{PRICES} --max-requests 1000"))
prices.wrong("--workers 3", mended(f"{PRICES} --workers 3"))
prices.wrong(
    "with `'gunicorn prices:app'`", mended(PRICES, (KEEPING, f"{KEEPING}    __import__('gc').collect()\n"))
)
prices.wrong("--preload", mended(f"{PRICES} --preload"))
prices.wrong(
    "the prices for the order that was sent, saw",
    mended(PRICES, (KEEPING, f"    order = max(printed, default=order)\n{KEEPING}")),
)
prices.wrong(
    "an answer to each order, saw status 500", mended(PRICES, (KEEPING, f"{KEEPING}    printed.clear()\n"))
)

weather = Answers(6)
WEATHER = "gunicorn weather:app -k gevent --preload"
weather.right(mended("gunicorn weather:app -k gevent"))
weather.right(mended(WEATHER, ("from time import", "from gevent import")))
weather.right(mended("gunicorn weather:app --threads 8 --preload"))
weather.wrong("-k gevent --preload --workers 2", mended(f"{WEATHER} --workers 2"))
weather.wrong("-k gevent --preload --worker-connections 5000", mended(f"{WEATHER} --worker-connections 5000"))
weather.wrong("-k gevent --preload --threads 8", mended(f"{WEATHER} --threads 8"))
weather.wrong(
    "the station asked, which takes 0.4 s, saw an answer without asking",
    mended(WEATHER, ("    sleep(0.4)\n", "")),
)
weather.wrong("the station's word for `/now`, saw `'sunny'`", mended(WEATHER, ('"/now"', '"now"')))
weather.wrong("with `'weather:app --workers 4'`", mended("gunicorn weather:app --workers 4"))
