"""A unit test starts no process: what does is an integration test."""

from __future__ import annotations

import _posixsubprocess
import os
import subprocess
from typing import NoReturn

import pytest

STARTS = (
    (subprocess.Popen, "__init__"),
    (_posixsubprocess, "fork_exec"),
    (os, "fork"),
    (os, "forkpty"),
    (os, "posix_spawn"),
    (os, "system"),
)


@pytest.fixture(autouse=True)
def _no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **options: object) -> NoReturn:
        pytest.fail("a unit test starts a process: it belongs into tests/integration")

    for owner, name in STARTS:
        monkeypatch.setattr(owner, name, refuse)
