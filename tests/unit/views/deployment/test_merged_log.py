"""Several logs as one."""

from __future__ import annotations

from itertools import count
from types import SimpleNamespace
from typing import Any

from support.made_up import tree

from labapp.servers.kinds.gunicorn.kind import Gunicorn
from labapp.views.deployment.merged_log import merged_log
from labapp.views.live.process_history import ProcessHistory

LINE = "[2026-03-01 10:00:00 +0000] [{}] [INFO] {}"


def test_each_line_names_its_server_and_they_stand_in_the_order_in_which_they_came() -> None:
    numbers = count(1)
    one, other = (ProcessHistory(Gunicorn.log_syntax, numbers=numbers) for _ in range(2))
    states: Any = {"web": SimpleNamespace(history=one), "api": SimpleNamespace(history=other)}
    one.on_tree(tree(2), {})
    one.on_log_lines([LINE.format(3304, "Starting")])
    other.on_log_lines(["a line of nobody's"])
    one.on_log_lines([LINE.format(3308, "Booting")])
    other.on_refused("Nothing more is seen.")
    one.on_signal_sent("HUP", "web M")
    told = [(entry["n"], entry["tag"], entry["text"]) for entry in merged_log(states) if "tag" in entry]
    assert told == [
        (1, "web M", "Starting"),
        (2, "api", "a line of nobody's"),
        (3, "web W2", "Booting"),
        (4, "", "api: Nothing more is seen."),
        (5, "web", "you sent HUP to web M"),
    ]
    assert [entry["n"] for entry in merged_log(states, after=3)] == [4, 5]
