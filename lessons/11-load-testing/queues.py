"""What the theory of queues says of servers at which people come at random."""

import math


def single(service, busy):
    """Return the mean time with one server (M/M/1), for a mean service time and a share of busy time."""
    return service / (1 - busy)


def several(service, busy, servers):
    """Return the mean time with one queue for several servers (M/M/c, after Erlang)."""
    load = servers * busy
    full = load**servers / math.factorial(servers) / (1 - busy)
    none = sum(load**number / math.factorial(number) for number in range(servers))
    return service * (1 + full / (none + full) / (servers * (1 - busy)))
