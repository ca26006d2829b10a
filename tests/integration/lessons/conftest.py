from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from support.lesson_servers import Server, running


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Return what starts a server that ends with the test: run(program, *options)."""
    with ExitStack() as stack:
        yield lambda program, *options: stack.enter_context(
            running(tmp_path, program, "applications:any_of", *options)
        )
