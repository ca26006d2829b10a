from __future__ import annotations

import os
import resource
import subprocess

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


@pytest.mark.parametrize("pipes", [0, 1, 2])
def test_a_guard_that_cannot_be_had_leaves_no_descriptor(monkeypatch, pipes):
    opened, pipe = [], os.pipe

    def few():
        if len(opened) == 2 * pipes:
            raise OSError("Too many open files")
        opened.extend(pipe())
        return opened[-2:]

    def none(*_, **__):
        raise OSError("Too many processes")

    monkeypatch.setattr(os, "pipe", few)
    monkeypatch.setattr(subprocess, "Popen", none)
    with pytest.raises(OSError, match="Too many"):
        hiring.Hired.new(cwd="/", environment={}, output=subprocess.DEVNULL)
    for descriptor in opened:
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(descriptor)
