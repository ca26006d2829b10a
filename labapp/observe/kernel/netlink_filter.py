"""A filter that runs in the kernel: other processes of a busy machine do not wake the sampler."""

from __future__ import annotations

import socket
import struct
from collections.abc import Collection

NONE, FORK, EXEC, COMM, EXIT = 0, 1, 2, 0x200, 0x80000000
"""What an event of the process connector announces."""

WHAT, FIRST, SECOND, THIRD, FOURTH = 36, 52, 56, 60, 64
"""Where a message says what, and of whom: after the headers of netlink (16 bytes) and connector (20).

Fork: the parent's thread, the parent, the child's thread, the child. Others: the thread, the process.
"""

# Classic BPF: load a word, copy it to X, compare with a constant or with X, jump, return.
_LOAD, _COPY, _EQUAL, _SAME, _JUMP, _RETURN = 0x20, 0x07, 0x15, 0x1D, 0x05, 0x06
_INSTRUCTION = struct.Struct("=HBBI")
# The kernel takes at most 4096 instructions.
_MOST = 1500


def assemble(pids: Collection[int]) -> bytes:
    """Return the program that passes on forks, execs, renamings and exits of `pids`, not those of threads."""
    accept, drop = _op(_RETURN, 0xFFFFFFFF), _op(_RETURN, 0)
    program = [
        _op(_LOAD, WHAT),
        _if(NONE, otherwise=1),
        accept,
        _if(FORK, otherwise=6),
        *(_op(_LOAD, FOURTH), _op(_COPY), _op(_LOAD, THIRD), _op(_SAME, 0, 1, 0), drop, _op(_JUMP, 10)),
        _if(EXIT, otherwise=6),
        *(_op(_LOAD, SECOND), _op(_COPY), _op(_LOAD, FIRST), _op(_SAME, 0, 1, 0), drop, _op(_JUMP, 3)),
        _if(EXEC, then=2),
        _if(COMM, then=1),
        drop,
        # Here the jumps arrive. Jumps reach 255 instructions only, so every pid has its own way out.
        _op(_LOAD, SECOND),
    ]
    if len(pids) > _MOST:
        return b"".join([*program, accept])
    for pid in pids:
        program += (_if(pid, otherwise=1), accept)
    return b"".join([*program, drop])


def _if(value: int, then: int = 0, otherwise: int = 0) -> bytes:
    """Compare the loaded word, which the kernel takes to be in network order."""
    return _op(_EQUAL, socket.htonl(value), then, otherwise)


def _op(code: int, operand: int = 0, then: int = 0, otherwise: int = 0) -> bytes:
    return _INSTRUCTION.pack(code, then, otherwise, operand)
