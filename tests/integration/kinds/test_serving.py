"""Each kind of server serves, is named, watched, disturbed and ended: many cases of one launch."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import pytest
from support.waiting import wait_for
from zoo import NAMES, PROGRAMS, ZOO, Specimen
from zoo.asking import Asking, nap

from labapp import lab
from labapp.observe.timeline import Request, TimelineSlice


@pytest.fixture(params=ZOO, ids=NAMES)
def specimen(request: pytest.FixtureRequest) -> Specimen:
    return request.param


def labels(web: lab.Server) -> str:
    return " ".join(process.label for process in web.snapshot() if process.alive)


def becomes(web: lab.Server, tree: Callable[[str], bool] | str) -> None:
    wait_for(
        lambda: labels(web) == tree if isinstance(tree, str) else tree(labels(web)), 15, f"{tree}: {web}"
    )


def of_the_load(known: TimelineSlice) -> list[Request]:
    return [request for request in known.requests() if request.path == "/wait" and request.end is not None]


def test_it_serves(specimen: Specimen, case) -> None:
    with ExitStack() as stack:
        with case("answers"):
            web = stack.enter_context(lab.launch(specimen.typed, cwd=PROGRAMS, ready="/ping"))
            assert web.get("/ping").status_code == 200
            assert web.first_status == 200
        with case("tree"):
            becomes(web, specimen.tree)
            assert f"{web.pid} " in f"{web.tree()} "
        with case("loopback"):
            assert {address.rpartition(":")[0] for address in web.listening()} == {"127.0.0.1"}
        with case("two"):
            with lab.launch(specimen.typed, cwd=PROGRAMS, ready="/ping") as other:
                assert other.address != web.address
                assert other.get("/ping").status_code == web.get("/ping").status_code == 200
            assert web.get("/ping").status_code == 200
        with case("requests"):
            load = lab.load(web, nap(0.01), requests=40, concurrency=4, progress=False)
            assert len(load.answered) == 40
            known = web.timeline.wait_for(
                lambda known: len(of_the_load(known.during(load))) == 40, timeout=10
            )
            told = of_the_load(known.during(load))
            assert {request.status for request in told} == {200}
            assert {request.thread.partition(" ")[0] for request in told} == {specimen.thread}
            assert {request.worker for request in told} <= set(specimen.tree.split())
            assert not web.timeline.now().unseen
        with case("view"):
            shown = lab.watch(web)
            wait_for(lambda: all(label in str(shown) for label in [str(web.pid)]), 10, "the live view")
        with case("death"):
            if "death" not in specimen.cannot:
                web.wait_until(lambda: all(worker.age > 0.3 for worker in web.workers))
                first = web.workers[0]
                first.signal("KILL")
                web.wait_until(lambda: first.pid not in {worker.pid for worker in web.workers})
                web.wait_until(workers=len([one for one in specimen.tree.split() if one[0] == "W"]))
                assert web.get("/ping").status_code == 200
        with case("reload"):
            if "reload" not in specimen.cannot:
                before = {worker.pid for worker in web.workers}
                web.signal("HUP")
                web.wait_until(lambda: not before & {worker.pid for worker in web.workers}, timeout=20)
                web.wait_until(workers=len(before), timeout=20)
                wait_for(lambda: web.get("/ping").status_code == 200, 10, "an answer of the new workers")
        with case("graceful"):
            asking = Asking(web, 0.7)
            asking.under_way()
            web.stop()
            asking.join()
            assert (asking.status == 200) is ("graceful" not in specimen.cannot), asking.status
            assert not web.running
