"""What signals do to an Nginx: as the notes beside the buttons say."""

from collections.abc import Callable

import pytest
from support.waiting import wait_for

from labapp.servers.kinds.nginx.server import NginxServer

Run = Callable[..., NginxServer]
HELLO = "server { listen {{ listen }}; location / { return 200 hello; } }"
PATIENCE = 10.0


@pytest.mark.parametrize("name", ["QUIT", "TERM", "INT", "KILL"])
def test_a_worker_that_ends_has_a_successor(nginx: Run, name: str) -> None:
    edge = nginx(HELLO, workers=1)
    [worker] = edge.workers
    worker.signal(name)
    wait_for(lambda: [other.pid for other in edge.workers] not in ([], [worker.pid]), PATIENCE, "a successor")
    assert edge.get("/").text == "hello"


@pytest.mark.parametrize("name", ["WINCH", "USR1", "CONT"])
def test_a_worker_that_does_not_end_serves_on(nginx: Run, name: str) -> None:
    edge = nginx(HELLO, workers=1)
    [worker] = edge.workers
    worker.signal(name)
    assert edge.get("/").text == "hello"
    assert [other.pid for other in edge.workers] == [worker.pid]


@pytest.mark.parametrize("name", ["WINCH", "USR2", "USR1"])
def test_what_a_master_in_the_foreground_ignores_changes_nothing(nginx: Run, name: str) -> None:
    edge = nginx(HELLO, workers=2)
    before = {process.pid for process in edge.tree()}
    edge.signal(name)
    assert edge.get("/").text == "hello"
    assert {process.pid for process in edge.tree()} == before


@pytest.mark.parametrize("name", ["QUIT", "TERM", "INT"])
def test_the_master_ends_and_its_workers_with_it(nginx: Run, name: str) -> None:
    edge = nginx(HELLO, workers=2)
    edge.signal(name)
    edge.wait_until(running=False, timeout=PATIENCE)
    assert not any(process.alive for process in edge.tree())
