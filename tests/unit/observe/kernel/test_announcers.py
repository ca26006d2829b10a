from __future__ import annotations

import struct
import sys
from contextlib import closing

import pytest

from labapp.observe.kernel.announcers import open_announcer
from labapp.observe.kernel.netlink_filter import COMM, EXEC, EXIT, FORK, NONE, assemble

UID = 4


def passes(program: bytes, message: bytes) -> bool:
    """Run a filter as the kernel does."""
    instructions = list(struct.iter_unpack("=HBBI", program))
    a = x = at = 0
    while True:
        code, then, otherwise, k = instructions[at]
        at += 1
        match code:
            case 0x20:
                (a,) = struct.unpack_from("!I", message, k)
            case 0x07:
                x = a
            case 0x15 | 0x1D:
                at += then if a == (k if code == 0x15 else x) else otherwise
            case 0x05:
                at += k
            case 0x06:
                return k != 0
            case _:
                raise AssertionError(f"unknown instruction {code:#x}")


def event(what: int, *ids: int) -> bytes:
    return struct.pack("=36xI12x6I", what, *ids, *[0] * (6 - len(ids)))


@pytest.mark.parametrize("watched", [[11, 12], [11, *range(1000, 2400)], range(11, 3000)], ids=len)
def test_what_the_family_does_passes(watched):
    program = assemble(watched)
    assert passes(program, event(FORK, 11, 11, 5000, 5000))
    assert passes(program, event(FORK, 5000, watched[-1], 5001, 5001))
    assert passes(program, event(EXIT, watched[-1], watched[-1], 9))
    assert passes(program, event(EXEC, 11, 11))
    assert passes(program, event(COMM, 11, 11))
    assert passes(program, event(NONE, 0))


@pytest.mark.parametrize("watched", [[], [11, 12], [11, *range(1000, 2400)]], ids=len)
def test_what_others_and_threads_do_is_dropped(watched):
    program = assemble(watched)
    assert len(program) // 8 <= 4096
    assert not passes(program, event(FORK, 7, 7, 8, 8))
    assert not passes(program, event(FORK, 11, 11, 5000, 11))
    assert not passes(program, event(EXIT, 5000, 11, 9))
    assert not passes(program, event(EXIT, 7, 7, 9))
    assert not passes(program, event(EXEC, 7, 7))
    assert not passes(program, event(COMM, 7, 7))
    assert not passes(program, event(UID, 11, 11))


def test_events_that_do_not_exist_are_refused():
    with pytest.raises(ValueError, match="unknown announcer 'telepathy': choose from auto, netlink, exits"):
        open_announcer("telepathy")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the process connector")
def test_where_the_kernel_does_not_announce_only_exits_are(monkeypatch):
    from labapp.observe.kernel import netlink  # noqa: PLC0415

    def refuse() -> None:
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(netlink, "Netlink", refuse)
    with closing(open_announcer("auto")) as events:
        assert not events.announces_forks
    with pytest.raises(ConnectionRefusedError):
        open_announcer("netlink")
