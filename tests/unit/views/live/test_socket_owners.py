from __future__ import annotations

from collections.abc import Iterable

import pytest
from support.made_up import SOCKET, process, tree

from labapp.observe.tree import Tree
from labapp.views.live import socket_owners
from labapp.views.live.socket_owners import SocketOwners

CONTROL = "unix:/run/gunicorn.ctl"


class System:
    """What the system would tell, and how often it was asked."""

    def __init__(self) -> None:
        self.held: dict[int, tuple[str, ...]] = {}
        self.asked: list[list[int]] = []

    def __call__(self, pids: Iterable[int]) -> dict[int, tuple[str, ...]]:
        self.asked.append(sorted(pids))
        return {pid: self.held.get(pid, ()) for pid in pids}


@pytest.fixture
def system() -> System:
    return System()


@pytest.fixture
def owners(system: System) -> SocketOwners:
    return SocketOwners(lambda address: address != CONTROL, system)


def test_what_a_snapshot_tells_is_believed(owners, system):
    assert owners.of(tree(1, listening=(SOCKET,))) == {3304: (SOCKET,), 3307: (SOCKET,)}
    assert owners.due() is None
    assert system.asked == []


def test_a_newborn_holds_what_its_parent_holds_until_it_is_asked(owners, system, monkeypatch):
    owners.of(tree(1, listening=(SOCKET,)))
    grown = Tree([*tree(1, listening=(SOCKET,)), process(3308, "W2", age=0.0)])
    assert owners.of(grown)[3308] == (SOCKET,)
    assert 0 < (owners.due() or 0) <= socket_owners.SETTLED
    system.held = {3308: ()}
    owners.look(grown)
    assert system.asked == [[3308]]
    assert owners.of(grown)[3308] == ()
    assert owners.due() is None


def test_a_socket_that_takes_orders_is_left_out(owners, system):
    system.held = {3304: (SOCKET, CONTROL)}
    now = tree(0)
    assert owners.of(now) == {3304: ()}
    owners.look(now)
    assert owners.of(now) == {3304: (SOCKET,)}


def test_who_is_gone_is_forgotten(owners):
    owners.of(tree(3))
    owners.of(Tree())
    assert owners.due() is None
    assert not owners._known
