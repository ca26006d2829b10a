"""Ten requests at a time: where the lesson's first server queues them, the second does not."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from support.lesson_servers import Server


def seconds_for_ten(server: Server) -> float:
    began = time.monotonic()
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: server.ask("/nap?0.1"), range(10)))
    assert {answer.body for answer in answers} == {b"slept"}
    return time.monotonic() - began


def test_threads_overlap_what_one_at_a_time_queues(run: Callable[..., Server]) -> None:
    queued = seconds_for_ten(run("one_at_a_time.py"))
    assert queued >= 1.0
    assert seconds_for_ten(run("threaded.py")) < queued / 2


def test_a_silent_client_holds_one_thread_only(run: Callable[..., Server]) -> None:
    server = run("threaded.py", "--patience", "60")
    with server.connect():
        assert server.ask("/echo").status == "200 OK"
