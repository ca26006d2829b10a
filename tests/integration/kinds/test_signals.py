"""Every signal of every table is sent while a request is under way, and does what the table says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

import httpx
import pytest
import zoo
from support.waiting import wait_for
from zoo import PROGRAMS, ZOO, Specimen
from zoo.asking import Asking

from labapp import lab
from labapp.observe.kernel import Process
from labapp.servers import send_signal

TESTED = [specimen for specimen in ZOO if "signals" not in specimen.cannot]
# The server is as before, or nearly: the next signal can be sent to it.
LASTING = (zoo.NOTHING, zoo.LOGS, zoo.FREEZES, zoo.GOES_ON, zoo.FAILS)
CHANGING = (zoo.MORE, zoo.FEWER, zoo.RENEWS, zoo.FORGETS, zoo.REPLACED, zoo.CUT)
# The request is cut short: it takes so long that none is answered before, however busy the machine is.
CUTTING = (zoo.DROPS, zoo.CUT, zoo.FORGETS, zoo.FAILS)


@pytest.fixture(params=TESTED, ids=[specimen.name for specimen in TESTED])
def specimen(request: pytest.FixtureRequest) -> Specimen:
    return request.param


def in_order(specimen: Specimen) -> list[tuple[str, str, str]]:
    """Return role, signal and effect, what the server outlives first."""
    found = [(role, name, what) for role, table in specimen.signals.items() for name, what in table.items()]
    ranks = (LASTING, CHANGING)
    return sorted(found, key=lambda one: next((n for n, rank in enumerate(ranks) if one[2] in rank), 2))


def test_its_signals(specimen: Specimen, case: Callable) -> None:
    with case("signals"):
        web: lab.Server | None = None
        try:
            for role, name, effect in in_order(specimen):
                if web is None or not web.running:
                    web = lab.launch(specimen.typed, cwd=PROGRAMS, ready="/ping")
                    told = {one: set(web.signal_notes(one)) for one in specimen.signals}
                    assert told == {one: set(table) for one, table in specimen.signals.items()}
                    settle(web, specimen)
                try:
                    hold(web, specimen, role, name, effect)
                except (AssertionError, TimeoutError) as error:
                    raise AssertionError(f"{name} to the {role}: {effect}; {error}; {web!r}") from error
                if effect in (zoo.FINISHES, zoo.DROPS, zoo.ALONE):
                    web.stop(timeout=1)
        finally:
            if web is not None:
                web.stop(timeout=1)


def settle(web: lab.Server, specimen: Specimen) -> None:
    """Wait until all are there, and none is so young that it does not handle its signals yet."""
    number = len(specimen.tree.split())
    web.wait_until(lambda: len(web.snapshot()) >= number and all(one.age > 0.4 for one in web.snapshot()))
    for _ in range(3 * len(serving(web, specimen))):  # Each has answered, and so handles its signals.
        wait_for(lambda: answers(web), 10, "an answer")


def serving(web: lab.Server, specimen: Specimen) -> list[int]:
    """Return the pids of those in which the application is."""
    return [one.pid for one in web.snapshot() if one.role == specimen.serving and one.alive]


def answers(web: lab.Server) -> bool:
    """Whether it answers; who has just ended may have left a connection that is reset."""
    with suppress(httpx.HTTPError):
        return web.get("/ping").status_code == 200
    return False


def hold(web: lab.Server, specimen: Specimen, role: str, name: str, effect: str) -> None:
    asking = Asking(web, 5 if effect in CUTTING else 0.7)
    who = asking.under_way()
    if role == specimen.serving:
        process = next(one for one in web.snapshot() if one.pid == who)
    else:
        process = next(one for one in web.snapshot() if one.role == role)
    before, written = serving(web, specimen), len(web.log.text)
    send_signal(process.pid, process.started, name)
    if effect == zoo.FREEZES:
        wait_for(lambda: state(web, process.pid) == "stopped", 5, "it to stand still")
        send_signal(process.pid, process.started, "CONT")
    if effect in (zoo.FINISHES, zoo.DROPS):
        web.wait_until(running=False, timeout=15)
    asking.join()
    expected = 500 if effect == zoo.FAILS else "dropped" if effect in CUTTING else 200
    got = asking.status if asking.status in (200, 500) else "dropped"  # A proxy says 502 then.
    assert got == expected, asking.status
    become(web, specimen, process, effect, before)
    if effect == zoo.LOGS:
        wait_for(lambda: len(web.log.text) > written + 40, 5, "something in the log")
    if effect in (*LASTING, *CHANGING, zoo.ALONE):
        wait_for(lambda: answers(web), 10, "an answer afterwards")
        if effect in LASTING:
            assert process.pid in {one.pid for one in web.snapshot()}


def state(web: lab.Server, pid: int) -> str:
    return next((one.state for one in web.snapshot() if one.pid == pid), "")


def become(web: lab.Server, specimen: Specimen, process: Process, effect: str, before: Sequence[int]) -> None:
    """Wait until the processes are what the effect makes of them."""
    number = len(before)

    def wait(condition: Callable[[list[int]], object]) -> None:
        wait_for(lambda: condition(serving(web, specimen)), 20, f"{effect}: {web!r}")

    match effect:
        case zoo.MORE:
            wait(lambda now: len(now) == number + 1)
        case zoo.FEWER:
            wait(lambda now: len(now) == number - 1)
        case zoo.RENEWS | zoo.FORGETS:
            wait(lambda now: len(now) == number and not set(before) & set(now))
        case zoo.REPLACED | zoo.CUT:
            wait(lambda now: len(now) == number and process.pid not in now)
            settle(web, specimen)
        case zoo.ALONE:
            web.wait_until(lambda: process.pid not in {one.pid for one in web.snapshot() if one.alive})
