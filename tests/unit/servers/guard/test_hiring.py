from __future__ import annotations

import resource

import pytest

from labapp.servers.guard import hiring


@pytest.mark.parametrize(
    ("soft", "hard", "set_to"),
    [(256, 4096, 1024), (256, 512, 512), (256, resource.RLIM_INFINITY, 1024), (4096, 8192, None)],
)
def test_a_small_limit_of_descriptors_is_raised(monkeypatch, soft, hard, set_to):
    found = []
    monkeypatch.setattr(resource, "getrlimit", lambda which: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda which, limits: found.append(limits))
    hiring.allow_descriptors()
    assert found == ([] if set_to is None else [(set_to, hard)])
