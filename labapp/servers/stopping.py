"""How servers end, several together: each is asked, then left to its guard."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from threading import Lock

from labapp.servers.guard import GuardClient, end_servers
from labapp.servers.http import Client
from labapp.servers.processes import Processes
from labapp.servers.unhurried import unhurried

POLL = 0.02


class Lifetime:
    """What ends with a server: its processes, its connections, and all that was opened for it."""

    def __init__(self, guard: GuardClient, processes: Processes, belongings: ExitStack) -> None:
        self.guard = guard
        self.processes = processes
        self._clients: list[Client] = []
        self.ending = Lock()
        self._belongings = belongings

    def at_end(self, let_go: Callable[[], object]) -> None:
        """Have something let go when no process of the server is left: the last first."""
        self._belongings.callback(let_go)

    def outlive_launch(self) -> None:
        """Take what was opened out of the hands of the launch, which would let go of it."""
        self._belongings = self._belongings.pop_all()

    def client(self, address: str, sent: Callable[[int, float], None], *, tls: bool) -> Client:
        """Return a new client, whose connections are closed when the server is to end."""
        client = Client(address, sent, tls=tls)
        self._clients.append(client)
        return client

    def hang_up(self) -> None:
        """Close the connections to the server that would keep a worker waiting."""
        for client in self._clients:
            client.close()

    def bury(self) -> None:
        """Wait for the guard to finish, then let go of everything; idempotent."""
        self.guard.release()
        if self.guard.lost:
            end_servers([self.guard.record])
        self._belongings.close()


@unhurried
def stop(lifetimes: Sequence[Lifetime], timeout: float) -> None:
    """Ask servers to end, wait for them at most `timeout` seconds in all, then be firm; idempotent."""
    told: set[tuple[int, float]] = set()
    deadline = time.monotonic() + timeout
    for lifetime in lifetimes:
        lifetime.hang_up()
    while left := [lifetime for lifetime in lifetimes if not lifetime.guard.over]:
        if time.monotonic() > deadline:
            break
        for lifetime in left:
            lifetime.processes.ask_to_end(told)
        left[0].guard.wait(POLL)
    for lifetime in lifetimes:
        lifetime.guard.dismiss()
    for lifetime in lifetimes:
        lifetime.bury()
