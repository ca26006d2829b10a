"""Answers to the exercises on load tests: reports put right, a test that sees, a server that is enough."""

import math

from labapp.course.exercise import Answers

since_due = Answers(1)
LATENCIES = "[ended - first - number * interval for number, (_, ended) in enumerate(sendings)]"


@since_due.right
def one_after_the_other(sendings, interval):
    due, latencies = sendings[0][0], []
    for _, ended in sendings:
        latencies.append(ended - due)
        due += interval
    return latencies


since_due.wrong(
    "each was due, saw `[0.2, 2.0, 0.2]`", (LATENCIES, "[ended - sent for sent, ended in sendings]")
)
since_due.wrong(
    "`since_due([(5.0, 5.1), (5.5, 5.6), (6.0, 6.1)], 0.5)`", ("ended - first - number", "ended - number")
)
since_due.wrong("each was due, saw `[-0.8, 1.0, 0.2]`", ("enumerate(sendings)", "enumerate(sendings, 1)"))
since_due.wrong(
    "a latency for each of the 3 requests, saw `3.4", (f"return {LATENCIES}", f"return sum({LATENCIES})")
)
since_due.wrong("returns nothing", (f"return {LATENCIES}", f"print({LATENCIES})"))

together = Answers(2)
BODY = """    counts = sum(map(Counter, machines), Counter())
    rank = max(1, math.ceil(counts.total() * percent / 100))
    for ms in sorted(counts):
        rank -= counts[ms]
        if rank <= 0:
            return ms"""


@together.right
def every_answer_by_itself(machines, percent):
    ranked = sorted(ms for machine in machines for ms, count in machine.items() for _ in range(count))
    return ranked[max(1, math.ceil(len(ranked) * percent / 100)) - 1]


ONE = """    def one(machine):
        ranked = sorted(ms for ms, count in machine.items() for _ in range(count))
        return ranked[max(1, math.ceil(len(ranked) * percent / 100)) - 1]
"""
together.wrong(
    "99)`: the time of all machines, saw 260 ms",
    (BODY, f"{ONE}    return sum(map(one, machines)) / len(machines)"),
)
WEIGHTED = "    return sum(one(m) * n for m, n in zip(machines, weights)) / sum(weights)"
together.wrong(
    "99)`: the time of all machines, saw 24.8 ms",
    (BODY, f"{ONE}    weights = [sum(machine.values()) for machine in machines]\n{WEIGHTED}"),
)
together.wrong(
    "99)`: the time of all machines, saw 500 ms", (BODY, f"{ONE}    return max(map(one, machines))")
)
together.wrong(
    "100)`: the time of all machines, saw 20 ms",
    ("sum(map(Counter, machines), Counter())", "Counter(machines[0])"),
)

together.wrong("73)`: the time of all machines, saw 10 ms", ("math.ceil(counts", "int(counts"))

mean_time = Answers(3)
GUARD = "    if load >= workers:\n        return math.inf\n"


@mean_time.right
def by_erlang_b(rate, service, workers=1):
    load = rate * service
    if load >= workers:
        return math.inf
    lost = 1.0
    for number in range(1, workers + 1):
        lost = load * lost / (number + load * lost)
    queued = lost / (1 - load / workers * (1 - lost))
    return service + queued * service / (workers - load)


mean_time.wrong(
    "`mean_time(20, 0.05, 1)`: the mean time, waiting included, saw 50 s",
    (GUARD, "    load = min(load, 0.999 * workers)\n"),
)
mean_time.wrong(
    "`mean_time(20, 0.05, 1)`: the mean time, waiting included, saw -1 s", ("return math.inf", "return -1")
)
mean_time.wrong(
    "`mean_time(10, 0.05, 1)`: the mean time, waiting included, saw 0.05",
    ("service + service * full", "service + 0 * full"),
)
mean_time.wrong(
    "`mean_time(20, 0.05, 2)`: the mean time, waiting included, saw 0.1",
    ("    full = load**workers", "    return service / (1 - load / workers)\n    full = load**workers"),
)
mean_time.wrong(
    "returns nothing",
    ("return service + service", "print(service + service"),
    ("(workers - load)", "(workers - load))"),
)

believable = Answers(4)
BOTH = "0.9 * inside <= users <= 1.1 * inside"
believable.right((BOTH, "abs(users - inside) <= inside / 10"))
believable.wrong("`believable(50, 1, 49, 0.02)` is True", ("(pause + seconds)", "seconds"))
believable.wrong("`believable(200, 0, 1000, 0.05)` is False", (BOTH, "inside <= 1.1 * users"))
believable.wrong("`believable(50, 1, 80, 0.02)` is False", (BOTH, "users <= 1.1 * inside"))
believable.wrong("`believable(100, 2, 48, 0.1)` is True", (BOTH, "round(users) == round(inside)"))
believable.wrong("`believable(100, 1, 88, 0.03)` is False", (BOTH, "abs(users - inside) <= users / 10"))
believable.wrong("True or False, saw `81.6`", (f"return {BOTH}", "return inside"))

how = Answers(5)
CHOSEN = """{"rate": 15, "duration": 3}"""
how.right((CHOSEN, """{"rate": 15, "arrivals": "poisson", "seed": 4, "duration": 3}"""))
how.right((CHOSEN, """{"rate": 15, "concurrency": 1, "duration": 3}"""))
how.wrong("saw fewer: with concurrency=2, duration=3", (CHOSEN, """{"concurrency": 2, "duration": 3}"""))
how.wrong("saw fewer: with requests=100", (CHOSEN, """{"requests": 100}"""))
how.wrong("saw a closed loop, whose connections", (CHOSEN, """{"concurrency": 6, "requests": 40}"""))
how.wrong("saw that half of them took 0.2 s or more", (CHOSEN, """{"concurrency": 40, "duration": 3}"""))
how.wrong("from 30 to 300 requests, saw 12", (CHOSEN, """{"rate": 4, "duration": 3}"""))
how.wrong("arguments that `lab.load` takes, saw", (CHOSEN, """{"rate": 25}"""))
how.wrong("a dictionary of arguments", (CHOSEN, '"rate=25, duration=3"'))

command = Answers(6)
FIVE = "--workers 5"
command.right((FIVE, "--workers 6"))
command.right((FIVE, "--workers 2 --threads 3"))
command.wrong("at most 6 requests served at a time, saw 12", (FIVE, "--threads 12"))
command.wrong("s, with 1 at a time", (FIVE, "--timeout 5"))
command.wrong("s, with 2 at a time", (FIVE, "--threads 2"))
command.wrong("a server that starts, saw", (FIVE, "--worker 5"))
command.wrong("a command, saw `None`", ('f"{SHOP} --workers 5"', "None"))
