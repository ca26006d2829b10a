"""One case after another, of one launch: what held is noted, for the table that `make bench` prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from zoo import CASES, Specimen

Case = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
def case(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> Case:
    """Return what holds one case, and notes that it held, failed, or cannot hold and why."""
    specimen: Specimen = request.getfixturevalue("specimen")

    @contextmanager
    def hold(name: str) -> Iterator[None]:
        assert name in CASES
        try:
            yield
        except BaseException:
            record_property(f"{specimen.name}|{name}", "fails")
            raise
        record_property(f"{specimen.name}|{name}", specimen.cannot.get(name, "holds"))

    return hold
