from __future__ import annotations

import pytest

from labapp.servers.kinds.any_other import AnyOther
from labapp.views.live.log_lines import LogLine, parse

SYNTAX = AnyOther.log_syntax


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (
            "[2026-11-20 23:49:30 +0000] [3307] [INFO] Booting worker with pid: 3307",
            LogLine("Booting worker with pid: 3307", 3307, "info", "23:49:30"),
        ),
        (
            "[2026-11-20 23:49:30 -0330] [3304] [CRITICAL] WORKER TIMEOUT (pid:3307)",
            LogLine("WORKER TIMEOUT (pid:3307)", 3304, "critical", "23:49:30"),
        ),
        (
            "2026/11/20 23:49:30 [warn] 123#123: *4 upstream timed out",
            LogLine("upstream timed out", 123, "warning", "23:49:30"),
        ),
        ("INFO:     Started server process [123]", LogLine("Started server process [123]")),
        ("WARNING:  slow", LogLine("slow", level="warning")),
        ("127.0.0.1 - - GET /ping 200", LogLine("127.0.0.1 - - GET /ping 200")),
        ("", LogLine("")),
    ],
)
def test_a_line_tells_who_wrote_it_how_grave_it_is_and_what(raw, line):
    assert parse(raw, SYNTAX) == line


def test_a_traceback_belongs_to_the_error_above_it():
    lines = [
        "[2026-11-20 23:49:30 +0000] [7] [ERROR] Exception in worker process",
        "Traceback (most recent call last):",
    ]
    lines += ['  File "x.py", line 1', "ModuleNotFoundError: No module named 'nope'", "GET /ping"]
    last, found = None, []
    for raw in lines:
        last = parse(raw, SYNTAX, last)
        found.append((last.pid, last.level))
    assert found == [(7, "error")] * 4 + [(0, "info")]


def test_an_indented_line_after_good_news_is_nobodys():
    assert parse("  indented", SYNTAX, LogLine("fine", 7)).pid == 0


@pytest.mark.parametrize(
    ("text", "death"),
    [
        ("Worker (pid:3309) was sent SIGKILL! Perhaps out of memory?", (3309, -9)),
        ("Worker (pid:3309) exited with code 7", (3309, 7)),
        ("Worker (pid:3309) was sent SIGNONSENSE!", None),
        ("Worker exiting (pid: 3309)", None),
    ],
)
def test_a_master_tells_how_its_workers_died(text, death):
    assert SYNTAX.death(text) == death
