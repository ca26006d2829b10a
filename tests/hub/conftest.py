"""One hub and one Chromium for all tests here."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from support.in_browser.hub import Hub
from support.in_browser.laboratory import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def hub() -> Iterator[Hub]:
    # Short, for the sake of unix sockets.
    home = Path(tempfile.mkdtemp(prefix="hub-", dir="/tmp"))
    try:
        with Hub(home).running() as running:
            yield running
    finally:
        shutil.rmtree(home)
