"""Every test has a runtime directory and a learner of its own, and leaves nothing of a server behind."""

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from support.belongings import left_in


def pytest_configure() -> None:
    """Have what the tests start heed an interrupt: a shell's background jobs ignore it, and hand that on."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("root") and os.geteuid() != 0:
        pytest.skip("only root can; `make test` runs it where root runs that")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that was left out where LABAPP_SKIPS=no says that none may be."""
    report = yield
    if report.skipped and os.environ.get("LABAPP_SKIPS") == "no":
        report.outcome, report.longrepr = "failed", f"must run here, and was left out: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def runtime_directory(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Keep the servers of this test apart, and see that nothing of them is left."""
    # Short, for the sake of unix sockets; not made, so that a test that starts no server costs nothing.
    place = Path(tempfile.mkdtemp(prefix="lab-", dir="/tmp"))
    place.rmdir()
    monkeypatch.setenv("LABAPP_RUNTIME_DIR", str(place))
    progress = Path(f"{place}-progress")
    monkeypatch.setenv("LABAPP_STATE_DIR", str(progress))
    if state := sys.modules.get("labapp.course.state"):
        state.open_state.cache_clear()  # It remembers the folder of an earlier test, and would make it anew.
    yield place
    shutil.rmtree(progress, ignore_errors=True)
    if not place.exists():
        return
    registry = sys.modules.get("labapp.servers.registry")
    forgotten = [" ".join(server.command) for server in registry.started()] if registry else []
    if forgotten:
        registry.reset()
    left = left_in(place)
    shutil.rmtree(place)
    assert not forgotten, f"the test did not stop {forgotten}"
    assert not left, f"the test left behind {left}"
