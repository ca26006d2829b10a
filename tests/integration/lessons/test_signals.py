"""What the lesson on signals stands on: customers who count failures, terminals that do what they should."""

from __future__ import annotations

import importlib.util
import signal
import subprocess
import sys
from types import ModuleType

import pytest
from support.places import ROOT
from support.waiting import wait_for

from labapp import lab

LESSON = ROOT / "lessons" / "05-signals"
COMMAND = "gunicorn shop:app"
OPEN = {"PYTHONDONTWRITEBYTECODE": "1", "SHOP_OPENS_AFTER": "0"}


@pytest.fixture
def traffic() -> ModuleType:
    """Return the lesson's module, which is on no path."""
    spec = importlib.util.spec_from_file_location("traffic", LESSON / "traffic.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_customers_count_answers_and_failures(traffic: ModuleType) -> None:
    with lab.launch(COMMAND, cwd=LESSON, env=OPEN) as shop, traffic.Traffic(shop) as customers:
        wait_for(lambda: customers.answers["version 1"] >= 10, 10, "answers")
        assert not customers.failures
        shop.signal("QUIT")
        wait_for(lambda: customers.failures["ConnectError"] >= 10, 10, "refusals")
    assert set(customers.answers) == {"version 1"}


def test_the_longest_wait_is_the_longest(traffic: ModuleType) -> None:
    with lab.launch(COMMAND, cwd=LESSON, env=OPEN) as shop, traffic.Traffic(shop) as customers:
        wait_for(lambda: customers.answers, 10, "answers")
        shop.get("/order?0.7")
        # One worker: whoever asked meanwhile had to wait for the order.
        wait_for(lambda: customers.longest > 0.4, 10, "a long wait")


def test_a_background_job_is_stopped_as_it_reads_and_as_it_may_not_write() -> None:
    told = subprocess.run(
        [sys.executable, LESSON / "terminal.py"], capture_output=True, text=True, check=True, timeout=20
    ).stdout
    assert [line.split(": ")[1] for line in told.splitlines()] == [
        "stopped by SIGTTIN",
        "nothing stopped it",
        "stopped by SIGTTOU",
    ]


def test_a_terminal_that_is_resized_tells_whoever_is_in_its_foreground() -> None:
    resized, heard_by = str(LESSON / "resized.py"), [sys.executable, str(LESSON / "heard.py"), "WINCH"]
    command = [sys.executable, resized, *heard_by]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as terminal:
        assert terminal.stdout
        heard = iter(terminal.stdout)
        assert next(heard).strip() == "listening"
        terminal.send_signal(signal.SIGUSR1)
        assert next(heard).strip() == "heard SIGWINCH"
        terminal.send_signal(signal.SIGTERM)
        assert terminal.wait(10) != 0
