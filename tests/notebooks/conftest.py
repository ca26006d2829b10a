"""What the notebooks took, told at the end; a kernel that is no use."""

from __future__ import annotations

from pathlib import Path

import ipykernel.kernelspec
import pytest
from support.strict import SECONDS


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


@pytest.fixture
def sleeping_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have the next kernel sleep, and those after it be kernels; its folder tells that it started."""
    told = tmp_path / "started"
    kernel = ipykernel.kernelspec.get_kernel_dict()
    once = 'mkdir "$1" && exec sleep 60; shift; exec "$@"'
    kernel["argv"] = ["sh", "-c", once, "sh", str(told), *kernel["argv"]]
    monkeypatch.setattr(ipykernel.kernelspec, "get_kernel_dict", lambda: kernel)
    return told
