"""Each kind of server, launched wrongly: one clear sentence, and nothing is left running."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable

import pytest
from zoo import NAMES, PROGRAMS, ZOO, Specimen
from zoo.asking import nap

from labapp import lab


@pytest.fixture(params=ZOO, ids=NAMES)
def specimen(request: pytest.FixtureRequest) -> Specimen:
    return request.param


def refused(command: str, **how) -> str:
    """Return the sentence with which a launch fails."""
    with pytest.raises(lab.LaunchError) as told:
        lab.launch(command, cwd=PROGRAMS, timeout=how.pop("timeout", 20), **how)
    assert told.value.advice
    assert not lab.servers()
    return told.value.summary


def test_it_fails_with_a_sentence(specimen: Specimen, case: Callable) -> None:
    for name in ("option", "missing", "raises"):
        with case(name):
            if name in specimen.refused:
                command, expected = specimen.refused[name]
                said = refused(command)
                assert re.search(expected, said), said
            else:
                assert name in specimen.cannot
    with case("port"):
        if "port" not in specimen.cannot:
            # Who would share it can: it has to be seen before.
            with socket.create_server(("127.0.0.1", 0), reuse_port=True) as taken:
                port = taken.getsockname()[1]
                said = refused(specimen.port.format(app=specimen.app, port=port))
            assert said.startswith(f"127.0.0.1:{port} is taken: "), said
            assert "listens there" in said
    with case("never"):
        if "never" not in specimen.cannot:
            said = refused(specimen.typed, timeout=3, ready=nap(9))
            assert "did not answer HTTP within 3 s" in said, said
