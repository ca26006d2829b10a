"""Traffic for a server of this machine, sent by a process of its own, and what became of every request.

`Order` says what to send, `run` has it sent, `Load` holds what came of it. A load is a closed loop: each of C
connections sends its next request when the last one is answered, so a server that slows down is also asked
less, and requests that nobody sent do not show among the latencies (coordinated omission). An order with a
rate is an open loop: each request has a time at which it is due, and its latency counts from then; `climb`
sends several, each at a higher rate.

Its numbers are about the server as long as the generator is not what holds it back. On two cores, which both
share, it reaches about 0.8 of the throughput of `wrk` against a trivial route on one or two sync workers of
Gunicorn, at most 5,000 answers/s (`benchmarks/load.py`): near that, a figure is about the generator too.
"""

from labapp.load.histogram import Histogram
from labapp.load.limits import Limits
from labapp.load.order import Order, locate
from labapp.load.result import ERRORS, Exchange, Load
from labapp.load.side import run
from labapp.load.steps import Step, Steps, climb

__all__ = [
    "ERRORS",
    "Exchange",
    "Histogram",
    "Limits",
    "Load",
    "Order",
    "Step",
    "Steps",
    "climb",
    "locate",
    "run",
]
