"""Each kind of server serves, is named, watched, disturbed and ended: many cases of one launch."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress

import httpx
import pytest
import zoo
from support.waiting import wait_for
from zoo import NAMES, PROGRAMS, ZOO, Specimen
from zoo.asking import Asking, nap

from labapp import lab
from labapp.observe.kernel import Process
from labapp.observe.timeline import Request, TimelineSlice
from labapp.servers import send_signal
from labapp.servers.server_kind import SignalNote


@pytest.fixture(params=ZOO, ids=NAMES)
def specimen(request: pytest.FixtureRequest) -> Specimen:
    return request.param


def labels(web: lab.Server) -> str:
    return " ".join(process.label for process in web.snapshot() if process.alive)


def becomes(web: lab.Server, tree: Callable[[str], bool] | str) -> None:
    wait_for(
        lambda: labels(web) == tree if isinstance(tree, str) else tree(labels(web)), 15, f"{tree}: {web}"
    )


def serving(web: lab.Server, specimen: Specimen) -> list[Process]:
    """Return those in which the application is."""
    return [one for one in web.snapshot() if one.role in (specimen.serving, "server") and one.alive]


def notes(web: lab.Server) -> list[SignalNote]:
    """Return what is said of each signal to each of its processes."""
    return [note for process in web.snapshot() for note in web.signal_notes(process.role).values()]


def becomes_anew(web: lab.Server, specimen: Specimen, before: list[Process], number: int) -> None:
    """Wait until there are so many that serve, none of them of before, and one has answered."""
    gone = {one.pid for one in before}

    def renewed() -> bool:
        now = {one.pid for one in serving(web, specimen)}
        return len(now) == number and not now & gone

    wait_for(renewed, 20, f"others in the place of {gone}: {web!r}")
    wait_for(lambda: answers(web), 10, "an answer of the new ones")


def answers(web: lab.Server) -> bool:
    """Whether it answers; who has just ended may have left a connection that is reset."""
    with suppress(httpx.HTTPError):
        return web.get("/ping").status_code == 200
    return False


def of_the_load(known: TimelineSlice) -> list[Request]:
    return [request for request in known.requests() if request.path == "/wait" and request.end is not None]


def all_are_told(web: lab.Server, specimen: Specimen) -> None:
    """Send a load, and see that its timeline has all of it."""
    load = lab.load(web, nap(0.01), requests=40, concurrency=4, progress=False)
    assert len(load.answered) == 40
    known = web.timeline.wait_for(lambda known: len(of_the_load(known)) == 40, timeout=10)
    told = of_the_load(known)
    assert {request.status for request in told} == {200}
    assert {request.thread.partition(" ")[0] for request in told} == {specimen.thread}
    assert {request.worker for request in told} <= set(specimen.tree.split())
    assert not web.timeline.now().unseen


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
        with lab.launch(specimen.typed, cwd=PROGRAMS, ready="/ping") as other:
            with case("two"):
                assert other.address != web.address
                assert other.get("/ping").status_code == web.get("/ping").status_code == 200
            if "death" in specimen.cannot:
                with case("death"):
                    (*_, last) = serving(other, specimen)
                    send_signal(last.pid, last.started, "KILL")
                    other.wait_until(running=False, timeout=10)
        assert web.get("/ping").status_code == 200
        with case("requests"):
            all_are_told(web, specimen)
        with case("view"):
            shown = lab.watch(web)
            wait_for(lambda: all(label in str(shown) for label in [str(web.pid)]), 10, "the live view")
        if "death" not in specimen.cannot:
            with case("death"):
                web.wait_until(lambda: all(one.age > 0.3 for one in serving(web, specimen)))
                first, *others = serving(web, specimen)
                send_signal(first.pid, first.started, "KILL")
                becomes_anew(web, specimen, [first], len(others) + 1)
        with case("reload"):
            if reason := specimen.cannot.get("reload"):
                assert any("reload" in note.label for note in notes(web)) is (reason == zoo.FORGETFUL)
            else:
                before = serving(web, specimen)
                web.signal(specimen.reload)
                becomes_anew(web, specimen, before, len(before))
        with case("graceful"):
            graceful = "graceful" not in specimen.cannot
            asking = Asking(web, 0.7 if graceful else 3)
            asking.under_way()
            web.stop()
            asking.join()
            assert (asking.status == 200) is graceful, asking.status
            assert not web.running
