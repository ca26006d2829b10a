"""Real applications examined: with every fault at once, interrupted, and those that have no report."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.waiting import wait_for

from labapp import lab
from labapp.examine import ExamineError, measuring
from labapp.load import Load, Order, run

SHOP = """
import os
import sqlite3
import time


def app(environ, start_response):
    path = environ["PATH_INFO"]
    open("asked", "a").write(".")
    if path == "/boom":
        raise ValueError("no stock")
    if path == "/crash":
        os._exit(9)
    if path == "/table":
        sqlite3.connect(":memory:").execute("select * from users")
    time.sleep({"/slow": 5, "/work": 0.02}.get(path, 0))
    status = {"/old": "302 Found", "/none": "404 Not Found"}.get(path, "200 OK")
    start_response(status, [("Location", "/work"), ("Content-Length", "0")])
    return []
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "shop.py").write_text(SHOP)
    return tmp_path


def test_an_application_with_every_fault_at_once(shop: Path) -> None:
    began = time.monotonic()
    paths = ["/work", "/old", "/boom", "/none", "/slow", "/crash"]
    report = lab.examine("gunicorn shop:app -w 1", paths, within=22, cwd=shop)
    assert time.monotonic() - began < 30  # A busy machine is late with the end of a server, too.
    assert lab.servers() == []
    text = str(report)
    assert "/old answers 302" in text
    assert "it leads to /work, and the redirect is what was measured" in text
    assert "/boom answers 500: it was not loaded" in text
    assert "/none answers 404: it was not loaded" in text
    assert "/slow gave no answer (none within" in text
    assert "/crash gave no answer" in text
    assert "ValueError: no stock (shop.py, line 11)" in text
    assert "a worker exited with status 9" in text
    assert "/work" in report.knees, text
    assert set(report.knees) <= {"/work", "/old"}
    assert report.figures.probes["/work"].seconds >= 0.02
    assert report.knees["/work"].steps[0].rate < report.trials[0].throughput["/work"] < 50
    if len(report.trials) > 1:  # It waits for 20 ms: threads, tried before workers, answer more.
        assert report.trials[1].size.threads == 4
        # More than one at a time can, where the machine lets it.
        assert report.trials[1].throughput["/work"] > 50 or report.figures.loud
        advised = re.fullmatch(
            r"gunicorn shop:app -w \d --threads \d+ --worker-class gthread", report.command
        )
        assert advised or (report.command == report.given and "No size was clearly better" in text), text
    page = report.save(shop / "report.html").read_text()
    assert page.count("<svg") >= 2


def test_interrupted_it_reports_what_it_has_and_leaves_nothing(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = list[float]()

    def until_the_third_step(order: Order, heard: Callable[[int, float], None]) -> Load:
        if order.rate is not None:
            sent.append(order.rate)
            if len(sent) == 3:
                raise KeyboardInterrupt
        return run(order, heard)

    monkeypatch.setattr(measuring, "run", until_the_third_step)
    report = lab.examine("gunicorn shop:app --workers 1", ["/work"], within=10, cwd=shop)
    assert lab.servers() == []
    assert "it was interrupted: this is what there is" in str(report)
    assert [step.rate for step in report.knees["/work"].steps] == sorted(set(sent[:2]))
    assert report.reload is None
    assert len(report.trials) == 1


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_shell_s_examination_ends_with_its_signal(
    shop: Path, runtime_directory: Path, number: int, status: int
) -> None:
    command = [sys.executable, "-m", "labapp", "examine", "gunicorn shop:app", "/work"]
    process = subprocess.Popen(command, cwd=shop, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    asked = shop / "asked"
    wait_for(lambda: asked.exists() and asked.stat().st_size > 20, what="the load")
    process.send_signal(number)
    said, complaints = process.communicate(timeout=20)
    assert process.returncode == status
    assert "it was interrupted" in said or "Interrupted before anything was measured" in complaints
    assert not list(runtime_directory.glob("*/gunicorn.ctl"))


def test_of_some_there_is_a_sentence_instead(shop: Path) -> None:
    for path, said, advice in (
        ("/none", "answers 404 everywhere it was asked: /none", "name paths"),
        ("/table", r"500: sqlite3.OperationalError: no such table: users \(shop.py, line 15\)", "database"),
        ("/crash", r"/crash gave no answer .*in its log: a worker exited with status 9", "to anybody"),
    ):
        with pytest.raises(ExamineError, match=said) as error:
            lab.examine("gunicorn shop:app", [path], within=8, cwd=shop)
        assert advice in error.value.advice
        assert lab.servers() == []
    with pytest.raises(ExamineError, match="has nothing called 'application'"):
        lab.examine("gunicorn shop:application", within=8, cwd=shop)
    with pytest.raises(ExamineError, match=r"would listen at 0\.0\.0\.0:8123") as error:
        lab.examine("gunicorn shop:app -b 0.0.0.0:8123", within=8, cwd=shop)
    assert "bind it to 127.0.0.1 to examine it" in error.value.advice
    with pytest.raises(ExamineError, match="there is no server to examine"):
        lab.examine("gunicorn --version", within=8, cwd=shop)


def test_another_kind_by_its_own_options_and_one_without_as_it_is(shop: Path) -> None:
    report = lab.examine("waitress-serve --threads 2 shop:app", ["/work"], within=8, cwd=shop)
    tried = [one.size.threads for one in report.trials]
    assert tried[:2] == [2, 8] or report.figures.cut or "There was no time to try 8 threads" in str(report)
    assert report.command.startswith("waitress-serve --threads ")
    assert "Waitress, as it is run here, does not reload by HUP" in str(report)
    plain = lab.examine([sys.executable, "-m", "http.server", "0", "--bind", "127.0.0.1"], within=6, cwd=shop)
    assert "The lab knows no options" in str(plain)
    assert len(plain.trials) == 1
    assert os.fspath(shop) not in plain.html
