"""What the notebooks took, told at the end."""

from __future__ import annotations

import pytest
from strict import SECONDS


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    taken = [
        (dict(report.user_properties)[SECONDS], report.nodeid.partition("[")[2].rstrip("]"))
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        if SECONDS in dict(report.user_properties)
    ]
    if taken:
        terminalreporter.section("notebooks under nbval")
        for seconds, name in sorted(taken, key=lambda one: one[1]):
            terminalreporter.line(f"{seconds:6.1f} s  {name}")
