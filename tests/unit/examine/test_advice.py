"""What follows from made-up figures, and what a report says of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from labapp.examine import advice, evidence
from labapp.examine.figures import Probe, Reload
from labapp.examine.machine import Machine
from labapp.examine.words import figures_of, say
from labapp.observe import LogSyntax
from labapp.servers import Size
from labapp.servers.kinds.gunicorn.kind import DEATH


def written(size):
    return f"gunicorn shop:app -w {size.workers} --threads {size.threads}"


def advised(figures, *, sized=True):
    return advice.advise(figures, written, sized, "Gunicorn")


def said(figures, **how):
    return say(figures, advised(figures), **{"reloads": True, "name": "Gunicorn", **how})


def test_the_least_memory_that_is_about_as_fast(figures):
    found = advised(figures)
    assert found.size == Size(1, 4)
    assert found.command == "gunicorn shop:app -w 1 --threads 4"
    assert found.sentences[0] == (
        "1 worker, 4 threads: ≈ 4.0 times the answers per second of the command as given, in as much"
        " memory, ≈ 30 MB."
    )
    plan, why = found.sentences[1:]
    assert plan.startswith("Plan for 60 to 70 % of the knee of the command as given, per second")
    assert plan.endswith(": / 24 to 28.")
    assert why == "The knee of the advised command was not measured: there was no time for it."
    known = figures.knees["/"]
    figures.knees = {"/": type(known)(known.steps[:1])}  # It was interrupted: the knee lies beyond.
    assert "Plan for" not in " ".join(advised(figures).sentences)
    figures.advised = figures.knees = {"/": known}
    assert advised(figures).sentences[1].startswith("Plan for 60 to 70 % of the knee, per second")
    assert len(advised(figures).sentences) == 2


def test_the_command_as_given_when_nothing_is_better(figures, trial):
    figures.trials = [trial(1, 1, 40), trial(2, 1, 42)]
    assert advised(figures).command == "gunicorn shop:app -w 1 --threads 1"
    assert "does as well as any of the 2 sizes" in advised(figures).sentences[0]


def test_a_best_that_may_be_luck_is_told_and_not_advised(figures, trial):
    figures.trials = [trial(1, 1, 416), trial(1, 4, 1825)]
    figures.neighbours = 1.2
    assert advised(figures).size == Size(1, 1)
    assert advised(figures).sentences[0] == (
        "No size was clearly better than the command as given, for this machine was busy with other things:"
        " it had ≈ 416 answers per second, measured once, and 1 worker, 4 threads ≈ 1,825 answers per second,"
        " measured once."
    )
    figures.neighbours = 0.1
    figures.add(trial(1, 4, 390))
    sentence = advised(figures).sentences[0]
    assert "as given: it had" in sentence
    assert sentence.endswith("≈ 390 to 1,825 answers per second, measured 2 times.")
    assert "(≈ 390 at least, of 2 times)" in str(said(figures))
    assert "at least" not in figures_of(figures.trials[1])


def test_fewer_workers_that_do_as_well(figures, trial):
    figures.trials = [trial(8, 1, 100), trial(4, 1, 95)]
    assert advised(figures).sentences[0] == (
        "4 workers, 1 thread each did about as well as 8 workers, 1 thread each: ≈ 95 answers per second,"
        " and ≈ 100, in ≈ 90 MB of memory instead of 170 MB."
    )


def test_what_cannot_be_advised_is_said(figures, trial):
    figures.trials = [trial(1, 1, 40)]
    assert advised(figures).sentences[0].startswith("No other size was measured")
    assert "the lab knows no options of gunicorn" in advised(figures, sized=False).sentences[0].lower()
    figures.trials = [trial(1, 1, 0)]
    assert advised(figures).sentences[0].startswith("No size could be compared")


def test_where_all_is_redirected_nothing_of_the_application_was_measured(figures):
    assert "Only redirects" not in " ".join(advised(figures).sentences)
    del figures.probes["/"]
    assert "Only redirects were measured: name the paths" in " ".join(advised(figures).sentences)


def test_many_requests_in_hand_a_weak_generator_and_noise_are_told_of(figures, trial):
    figures.trials = [replace(trial(1, 1, 40), bound=50), trial(2, 64, 5000)]
    figures.neighbours = 1.2
    found = " ".join(advised(figures).sentences)
    assert "It can have 128 requests in hand" in found
    assert "Above 3,000 answers per second" in found
    assert "Other things kept ≈ 1.2 processors" in found


@pytest.mark.parametrize(
    ("slowest", "timeout", "size", "expected"),
    [
        (0.08, 30.0, Size(1, 1), "A worker that hangs is killed after 30 s"),
        (20.0, 30.0, Size(1, 1), "near --timeout"),
        (20.0, 30.0, Size(1, 1), "raise --graceful-timeout"),
        (0.08, 0.0, Size(1, 1), "--timeout 0 lets a worker hang for ever"),
        (0.08, 30.0, Size(1, 4), "With threads, --timeout watches the worker"),
    ],
)
def test_the_budget_of_timeouts(figures, slowest, timeout, size, expected):
    figures.slowest, figures.timeouts = (slowest, "/"), {"--timeout": timeout, "--graceful-timeout": 30.0}
    assert expected in " ".join(advice.on_timeouts(figures, size))


def test_who_was_given_up_is_slower_than_the_slowest(figures):
    figures.probes["/slow"] = Probe("/slow", 0, 4.0, error="none within 4 s", waited=True)
    assert "/slow takes more than the 4.00 s that there were for it." in advice.on_timeouts(
        figures, Size(1, 1)
    )
    figures.timeouts = {}
    assert "The lab knows of no limits" in advice.on_timeouts(figures, Size(1, 1))[0]


def test_the_words_of_a_report(figures):
    figures.reload = Reload("/", 20, 60, 0, 2, 0.03, 0.1, 0.22)
    figures.statuses = Counter({("/", 503): 3})
    figures.errors = Counter({("/", "reset"): 1})
    figures.beyond = Counter({("/", "timeout"): 7})
    figures.exceptions = Counter({"ValueError: no stock (shop.py, line 3)": 3})
    figures.notes = ["There was no time."]
    text = str(said(figures))
    for line in (
        "gunicorn shop:app\n  examined for ≈ 12 s on 2 processors, 4.0 GB of memory free, ≈ 1,234 requests",
        "/ answers 200, ≈ 25 ms by itself",
        "/old answers 302, ≈ 2 ms by itself; it leads to /new, and the redirect is what was measured",
        "/, as given: it kept up with 40 per second, and not with 80; 99 % within ≈ 10 ms there",
        "1 worker, 1 thread         ≈     40 answers/s  ≈  30 MB  (as given)",
        "1 worker, 4 threads        ≈    160 answers/s  ≈  30 MB  (advised)",
        "≈ 20 MB for each worker, ≈ 10 MB for what is beside them",
        "HUP, at 20 per second of /: 0 of 60 lost, 2 slowed",
        "all workers were new after ≈ 220 ms",
        "/: 3 answered 503 under load",
        "/: 1 had no answer where it should have kept up: the server broke the connection off",
        "/: 7 had no answer beyond the knee: no whole answer in time",
        "in the log, 3 times: ValueError: no stock (shop.py, line 3)",
        "There was no time.",
    ):
        assert line in text, text


def test_what_was_interrupted_says_so_and_a_server_that_does_not_reload(figures):
    figures.cut, figures.knees = "it was interrupted", {}
    text = str(said(figures, reloads=False, name="Waitress"))
    assert "it was interrupted: this is what there is" in text
    assert "none was measured" in text
    assert "Waitress, as it is run here, does not reload by HUP" in text


def test_the_mix_of_paths_is_their_harmonic_mean(trial):
    one = trial(1, 1, 100)
    assert one.rate == 100
    mixed = type(one)(one.size, "", {"/quick": 100.0, "/slow": 50.0})
    # Two requests, one of each, take 1/100 and 1/50 s.
    assert mixed.rate == pytest.approx(2 / (1 / 100 + 1 / 50))


def test_causes_in_a_log():
    raised = ["Traceback (most recent call last):", '  File "/x/shop.py", line 3, in f', "ValueError: no"]
    log = [
        "[2026-11-20 23:49:30 +0000] [7] [CRITICAL] WORKER TIMEOUT (pid:9)",
        "[2026-11-20 23:49:30 +0000] [7] [ERROR] Worker (pid:9) was sent SIGKILL! Perhaps out of memory?",
        "[2026-11-20 23:49:30 +0000] [7] [ERROR] Worker (pid:8) was sent SIGTERM!",
        *raised,
        *raised,
        *raised[:2],
        '127.0.0.1 - - [29/Nov/2026 16:25:50] "GET / HTTP/1.1" 200 -',
    ]
    assert evidence.causes(log, LogSyntax((), (DEATH,))) == {
        evidence.SILENT: 1,
        "a worker killed by SIGKILL": 1,
        "ValueError: no (shop.py, line 3)": 2,
    }
    assert Machine(1, 2 * 10**9).__str__() == "1 processor, 2.0 GB of memory free"
