from __future__ import annotations

from math import inf
from types import SimpleNamespace
from typing import Any

import pytest

from labapp.servers.kinds.gunicorn.workers import look_after


def worker_of(module: str, **methods: Any) -> Any:
    """Return a worker that looks like one of Gunicorn's types."""
    kind = type("Worker", (), {"__module__": f"gunicorn.workers.{module}"})
    worker = kind()
    vars(worker).update(methods)
    return worker


@pytest.mark.parametrize(("module", "name"), [("sync", "wait"), ("gthread", "wait_for_and_dispatch_events")])
def test_a_worker_waits_no_longer_than_until_something_is_due(module, name):
    waited: list[float] = []
    worker = worker_of(module, **{name: waited.append})
    due = iter([inf, 0.02])
    assert look_after(worker, SimpleNamespace(due=lambda: next(due))) is not None
    wait = getattr(worker, name)
    wait(timeout=1.0)
    wait(1.0)
    assert waited == [1.0, 0.02]


@pytest.mark.parametrize("worker", [worker_of("tornado"), worker_of("sync")])
def test_nothing_is_gathered_where_nobody_sees_to_it(worker):
    assert look_after(worker, SimpleNamespace()) is None
