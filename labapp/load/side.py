"""Have a load sent by a process of its own, and gather what it tells."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from labapp.load.order import Order
from labapp.load.result import Exchange, Load

_COMMAND = (sys.executable, "-I", "-m", "labapp.load")
_PATIENCE = 2.0

Heard = Callable[[int, float], None]
"""Called with the number of requests that have ended, and for how many seconds the load has been running."""


def run(order: Order, heard: Heard | None = None) -> Load:
    """Send a load, wait for its end, return what came of it.

    It ends with this process, and when the wait is interrupted. `RuntimeError` if it could not begin.
    """
    began, unsent, despair = None, None, ""
    exchanges: list[Exchange] = []
    with generator(order) as process:
        for line in process.stdout or ():
            words = _words(line)
            if words is None:
                despair = line.decode(errors="replace").strip()
                continue
            began = words.get("began", began)
            unsent = words.get("unsent", unsent)
            exchanges += map(Exchange._make, words.get("ended", ()))
            if heard is not None and began is not None and "at" in words:
                heard(len(exchanges), words["at"] - began - order.warmup)
        status = process.wait()
    if began is None:
        raise RuntimeError(f"The load generator could not begin: {despair or f'status {status}'}")
    before, counted = _apart(exchanges, order.warmup)
    cut = _cut(order, unsent, status, despair)
    return Load(counted, str(order), began + order.warmup, cut, order.rate, before)


def _apart(exchanges: Sequence[Exchange], warmup: float) -> tuple[tuple[Exchange, ...], tuple[Exchange, ...]]:
    """Return the requests of the warm-up, and those that count; their times since the end of the warm-up."""
    ordered = sorted(exchanges, key=lambda exchange: exchange.sent)
    if not warmup:
        return (), tuple(ordered)
    moved = [one._replace(sent=one.sent - warmup, ended=one.ended - warmup) for one in ordered]
    # Rounded: what is due as the warm-up ends counts, whatever a difference of two sums says of it.
    return (
        tuple(one for one in moved if round(one.due, 6) < 0),
        tuple(one for one in moved if round(one.due, 6) >= 0),
    )


@contextmanager
def generator(order: Order) -> Iterator[subprocess.Popen[bytes]]:
    """Run the process that sends a load; whatever happens in the body, it is gone afterwards."""
    process = subprocess.Popen(
        _COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # What it might say in despair is no JSON.
        stderr=subprocess.STDOUT,
        # The key that interrupts the caller is not for it: it ends when the caller lets go.
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with suppress(BrokenPipeError):
            process.stdin.write(order.to_json())
            process.stdin.flush()
        yield process
    finally:
        with suppress(BrokenPipeError):
            process.stdin.close()
        # Its last words are of no interest: reading them would only keep it from ending.
        process.stdout.close()
        try:
            process.wait(_PATIENCE)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def _words(line: bytes) -> dict[str, Any] | None:
    try:
        words = json.loads(line)
    except ValueError:
        return None
    return words if isinstance(words, dict) else None


def _cut(order: Order, unsent: int | None, status: int, despair: str) -> str:
    """Say what ended a load before all of it was sent; nothing, if nothing did."""
    if unsent is None:
        return f"the generator ended early ({despair or f'status {status}'})"
    if order.requests is not None and unsent and order.duration is None:
        return f"{order.seconds:g} s were over, {unsent:,} requests not sent"
    if order.requests is None and not unsent:
        return f"{order.most:,} requests are the most that one load may send"
    return ""
