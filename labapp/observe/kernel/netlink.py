"""The kernel's own announcements of forks, execs and exits: the netlink process connector of Linux."""

from __future__ import annotations

import array
import errno
import os
import select
import socket
import struct
import sys
import time
from collections.abc import Collection

from labapp.observe.kernel import netlink_filter as eventfilter
from labapp.observe.kernel.announcements import Announced

assert sys.platform == "linux"

_CONNECTOR = 11
_PROCESSES = 1
_SO_ATTACH_FILTER = 26
_SO_RCVBUFFORCE = 33
_RECEIVE_BUFFER = 4 * 1024 * 1024
_ANSWERED_WITHIN = 0.1
_LISTEN = struct.pack("=IHHIIIIIIHHI", 40, 3, 0, 0, 0, _PROCESSES, 1, 0, 0, 4, 0, 1)
# What, the thread (or the failure of `_LISTEN`), the process, its exit code.
_EVENT = struct.Struct("=36xI12xIII")


class Netlink:
    """Announces what happens to the watched processes, and to no others.

    Raises OSError where the kernel does not announce: in another network or pid namespace, or without
    permission.
    """

    announces_forks = True

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, _CONNECTOR)
        try:
            self._socket.setblocking(False)
            self._make_room()
            self.watch(())
            self._socket.bind((0, _PROCESSES))
            self._socket.send(_LISTEN)
            self._await_answer()
        except OSError:
            self._socket.close()
            raise

    def fileno(self) -> int:
        """Return the descriptor that is readable when something was announced."""
        return self._socket.fileno()

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()

    def watch(self, pids: Collection[int]) -> None:
        """Announce from now on what happens to these processes."""
        program = array.array("B", eventfilter.assemble(pids))
        address, size = program.buffer_info()
        # The kernel copies the program during the call.
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HP", size // 8, address))

    def read(self) -> Announced:
        """Return what was announced since the last call."""
        announced = Announced()
        while True:
            try:
                message = self._socket.recv(256)
            except BlockingIOError:
                return announced
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise
                # Some were lost; the sample that follows makes up for them.
                announced.changed = True
                continue
            what, _, pid, code = _EVENT.unpack_from(message)
            if what == eventfilter.EXIT:
                announced.exits[pid] = _status(code)
            announced.forked |= what == eventfilter.FORK
            announced.changed |= what != eventfilter.NONE

    def _make_room(self) -> None:
        """Make room for a storm of forks: as much as this user may."""
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _RECEIVE_BUFFER)
        except PermissionError:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)

    def _await_answer(self) -> None:
        """Make sure that the kernel is listened to: in another pid namespace it stays silent."""
        until = time.monotonic() + _ANSWERED_WITHIN
        while select.select([self._socket], [], [], max(0.0, until - time.monotonic()))[0]:
            what, failure, _, _ = _EVENT.unpack_from(self._socket.recv(256))
            if what == eventfilter.NONE:
                if failure:
                    raise OSError(failure, os.strerror(failure))
                return
        raise TimeoutError(errno.ETIMEDOUT, "the kernel does not announce process events here")


def _status(code: int) -> int:
    """Read the kernel's exit code: a signal in the low seven bits, or the status above them."""
    signal = code & 0x7F
    return -signal if signal else (code >> 8) & 0xFF
