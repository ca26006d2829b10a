"""Questions about sockets that the kernel itself answers, by netlink (Linux): some 0.03 ms each.

`/proc/net/tcp` says the same, but walks through every connection, those that only wait to be forgotten too,
and `/proc/net/unix` through whatever is connected.
"""

import os
import socket
import struct
from collections.abc import Iterator
from typing import NamedTuple

_SOCK_DIAG = 4  # The netlink protocol.
_BY_FAMILY = 20
_REQUEST, _REQUEST_ALL = 0x001, 0x301
_ERROR, _DONE = 2, 3
_ESTABLISHED, _CLOSE_WAIT, _LISTEN = 1 << 1, 1 << 8, 1 << 10
_INFO = 2  # The attribute that counts bytes and times; as an extension, its bit is the one before.
_HEADER = struct.Struct("=IHHII")  # Length, kind, flags, sequence, port.
_WANTED = struct.Struct("=BBBBI")  # Family, protocol, extensions, padding, states.
_WANTED_UNIX = struct.Struct("=BBHIIIQ")  # Family, protocol, padding, states, inode, what to show, cookie.
_SHOW_NAME, _NAME = 1, 0
_UNIX_INODE, _UNIX_END = 4, 16
_IDENTITY = struct.Struct("!HH16s16s4s8s")  # A socket's: ports, addresses, interface, cookie.
_ANY, _ANY_COOKIE = bytes(_IDENTITY.size), b"\xff" * 8
# Where an answer has them.
_PORT, _PEER, _HOST, _QUEUE, _UNSENT, _INODE, _END = 4, 6, 8, 56, 60, 68, 72
# Within that attribute: milliseconds since data was last sent and received, bytes acknowledged and received.
_LAST_SENT, _LAST_RECEIVED, _BYTES = 44, 52, 120
_ATTRIBUTE = struct.Struct("=HH")  # Length, kind.
_STEP = struct.Struct("=BBHHH")  # A step of a filter: its code, where to go on if so, if not; then a port.
_FILTER = 1
_FROM, _TO = (
    {False: 2, True: 4},
    {False: 3, True: 5},
)  # A port is not less, not more; the own, the other end's.
# Seconds: an answer that the kernel dropped for want of memory would be awaited for ever.
_PATIENCE = 1.0


class Established(NamedTuple):
    """A connection, from the side of whoever accepted it, or made it: bytes are `sent` from that side."""

    port: int
    """The client's."""
    inode: int
    """By which its owner's descriptor knows it; 0 while nobody has accepted it."""
    unsent: int
    """Bytes that the client has not taken yet."""
    received: int
    sent: int
    quiet: float
    """Seconds since the client sent anything."""
    silent: float
    """Seconds since anything was sent to the client."""

    @property
    def busy(self) -> bool:
        """Whether the client has asked and is not answered, or has not taken the whole answer.

        The kernel's clock ticks every few ms: what is asked in the tick of an earlier answer passes unseen.
        """
        return self.unsent > 0 or (self.received > 0 and (self.quiet < self.silent or not self.sent))


def tcp_listeners() -> dict[int, str]:
    """Return the address of each listening TCP socket by inode; `OSError` where the kernel does not tell."""
    return {
        struct.unpack_from("=I", answer, _INODE)[0]: _address(family, answer)
        for family in (socket.AF_INET, socket.AF_INET6)
        for answer in _ask(family, _REQUEST_ALL, _ANY)
    }


def unix_listeners() -> dict[int, str]:
    """Return the address of each listening unix socket by inode, as it was bound; `OSError` as above."""
    found = {}
    request = _WANTED_UNIX.pack(socket.AF_UNIX, 0, 0, _LISTEN, 0, _SHOW_NAME, 0)
    for answer in _exchange(request, _REQUEST_ALL):
        (inode,) = struct.unpack_from("=I", answer, _UNIX_INODE)
        if len(answer) > _UNIX_END:
            length, kind = _ATTRIBUTE.unpack_from(answer, _UNIX_END)
            name = answer[_UNIX_END + _ATTRIBUTE.size : _UNIX_END + length]
            if kind == _NAME and name:  # An abstract one begins with a NUL; any other ends with one.
                name = name.rstrip(b"\0") if name[0] else name.replace(b"\0", b"@")
                found[inode] = f"unix:{os.fsdecode(name)}"
    return found


def queue_length(host: str, port: int) -> int:
    """Return how many connections wait to be accepted at an address; `OSError` where nobody listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    identity = _IDENTITY.pack(port, 0, socket.inet_pton(family, host), b"", b"", _ANY_COOKIE)
    for answer in _ask(family, _REQUEST, identity):
        return int(struct.unpack_from("=I", answer, _QUEUE)[0])
    raise OSError(f"nobody listens at {host} port {port}")


def established(port: int, *, v6: bool = False, made: bool = False) -> list[Established]:
    """Return the connections that were accepted at a port, or `made` to it.

    `OSError` where the kernel does not tell.
    """
    # Two steps, each 8 bytes: a port not less, and not more. What fails goes on beyond the end.
    steps = _STEP.pack(_FROM[made], 8, 20, 0, port) + _STEP.pack(_TO[made], 8, 12, 0, port)
    only = _ATTRIBUTE.pack(_ATTRIBUTE.size + len(steps), _FILTER) + steps
    family, states = socket.AF_INET6 if v6 else socket.AF_INET, _ESTABLISHED | _CLOSE_WAIT
    answers = _ask(family, _REQUEST_ALL, _ANY + only, states, 1 << (_INFO - 1))
    return [_established(answer, _PORT if made else _PEER) for answer in answers]


def _established(answer: bytes, whose: int) -> Established:
    (client,) = struct.unpack_from("!H", answer, whose)
    unsent, _, inode = struct.unpack_from("=III", answer, _UNSENT)
    place, quiet, silent, sent, received = _END, 0, 0, 0, 0
    while place + _ATTRIBUTE.size <= len(answer):
        length, kind = _ATTRIBUTE.unpack_from(answer, place)
        if kind == _INFO and length >= _ATTRIBUTE.size + _BYTES + 16:
            info = place + _ATTRIBUTE.size
            (silent,) = struct.unpack_from("=I", answer, info + _LAST_SENT)
            (quiet,) = struct.unpack_from("=I", answer, info + _LAST_RECEIVED)
            sent, received = struct.unpack_from("=QQ", answer, info + _BYTES)
        place += max((length + 3) & ~3, _ATTRIBUTE.size)
    return Established(client, inode, unsent, received, sent, quiet / 1000, silent / 1000)


def _ask(
    family: int, flags: int, identity: bytes, states: int = _LISTEN, extensions: int = 0
) -> Iterator[bytes]:
    """Yield what the kernel tells of sockets in these states, one or all."""
    return _exchange(_WANTED.pack(family, socket.IPPROTO_TCP, extensions, 0, states) + identity, flags)


def _exchange(request: bytes, flags: int) -> Iterator[bytes]:
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _SOCK_DIAG) as kernel:
        kernel.settimeout(_PATIENCE)
        kernel.send(_HEADER.pack(_HEADER.size + len(request), _BY_FAMILY, flags, 0, 0) + request)
        while True:
            received, at = kernel.recv(1 << 16), 0
            while at < len(received):
                length, kind, *_ = _HEADER.unpack_from(received, at)
                if kind == _DONE:
                    return
                if kind == _ERROR or length < _HEADER.size:
                    raise OSError("the kernel does not tell of its sockets")
                yield received[at + _HEADER.size : at + length]
                at += (length + 3) & ~3
            if flags == _REQUEST:
                return


def _address(family: int, answer: bytes) -> str:
    (port,) = struct.unpack_from("!H", answer, _PORT)
    if family == socket.AF_INET:
        return f"{socket.inet_ntop(family, answer[_HOST : _HOST + 4])}:{port}"
    return f"[{socket.inet_ntop(family, answer[_HOST : _HOST + 16])}]:{port}"
