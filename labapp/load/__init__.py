"""Traffic for a server of this machine, sent by a process of its own, and what became of every request.

`order.Order` says what to send, `side.run` has it sent, `result.Load` holds what came of it. The load is a
closed loop: each of C connections sends its next request when the last one is answered, so a server that
slows down is also asked less, and requests that nobody sent do not show among the latencies (coordinated
omission).

Its numbers are about the server as long as the generator is not what holds it back. On two cores, which both
share, it reaches 0.78 of the throughput of `wrk` against a trivial route on two sync workers of Gunicorn
(`benchmarks/load.py`): a figure near 5,000 requests/s says as much about the generator as about the server.
"""
