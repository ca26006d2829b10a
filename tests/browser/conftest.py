"""One JupyterLab and one Chromium for all browser tests of a process; each test finds both as new."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from support.belongings import left_in
from support.in_browser.laboratory import Laboratory, chromium
from support.in_browser.page import Notebook


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def shared_laboratory() -> Iterator[Laboratory]:
    # Short, for the sake of unix sockets.
    home = Path(tempfile.mkdtemp(prefix="lab-", dir="/tmp"))
    try:
        with Laboratory(home).running() as running:
            yield running
    finally:
        shutil.rmtree(home)


@pytest.fixture(autouse=True)
def runtime_directory(shared_laboratory: Laboratory) -> Iterator[Path]:
    """See that nothing is left of the servers that a test's kernels started."""
    place = shared_laboratory.servers
    yield place
    shared_laboratory.tidy()
    left = left_in(place, spare={shared_laboratory.pid}) if place.exists() else []
    assert not left, f"the test left behind {left}"


@pytest.fixture
def laboratory(shared_laboratory: Laboratory) -> Laboratory:
    """JupyterLab, in which nothing has been done."""
    return shared_laboratory


@pytest.fixture
def lesson(laboratory: Laboratory, browser: Browser) -> Iterator[Notebook]:
    """The fourth lesson, open."""
    notebook = laboratory.open(browser, "notebooks/04-gunicorn-prefork.ipynb")
    yield notebook
    notebook.close()
