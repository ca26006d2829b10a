"""One JupyterLab and one Chromium for all browser tests."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from support.laboratory import Laboratory, chromium
from support.page import Notebook


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def laboratory(runtime_directory: Path) -> Iterator[Laboratory]:
    """A JupyterLab of the test's own: what its kernels start is gone when the test ends."""
    home = Path(tempfile.mkdtemp(prefix="labapp-browser-"))
    try:
        with Laboratory(home).running() as running:
            yield running
    finally:
        shutil.rmtree(home)


@pytest.fixture
def lesson(laboratory: Laboratory, browser: Browser) -> Iterator[Notebook]:
    """The fourth lesson, open."""
    notebook = laboratory.open(browser, "notebooks/04-gunicorn-prefork.ipynb")
    yield notebook
    notebook.close()
