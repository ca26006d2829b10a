"""TLS on one connection of a load: what is sent and what has come pass through it, and nothing waits."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextlib import suppress

_READ = 65536


class TLS:
    """One side of a conversation, the client's; what goes over the wire is in and out of it as bytes.

    `ssl.SSLError`, which is an `OSError`, says that there can be none: the certificate is refused, or the
    server speaks something else.
    """

    def __init__(self, context: ssl.SSLContext, host: str) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._object = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._unsent = b""
        self._shaken = False

    def send(self, message: bytes) -> bytes:
        """Take in what is to be sent, and return what goes over the wire now."""
        self._unsent += message
        return self._advance()

    def receive(self, data: bytes) -> tuple[bytes, bytes, bool]:
        """Take in what has come; return what it says, what is to be sent now, whether that was the last."""
        self._incoming.write(data)
        wire = self._advance()
        said: list[bytes] = []
        try:
            while self._shaken and (more := self._object.read(_READ)):
                said.append(more)
        except ssl.SSLWantReadError:
            return b"".join(said), wire, False
        except ssl.SSLZeroReturnError:
            pass
        return b"".join(said), wire, self._shaken

    def _advance(self) -> bytes:
        with suppress(ssl.SSLWantReadError):
            if not self._shaken:
                self._object.do_handshake()
                self._shaken = True
            if self._unsent:
                self._object.write(self._unsent)
                self._unsent = b""
        return self._outgoing.read()


def sessions(host: str, verify: bool | str) -> Callable[[], TLS]:
    """Return what begins a conversation with a host; its certificate is verified if that is asked for.

    `verify` is True, or the path of the certificates that are trusted.
    """
    context = ssl.create_default_context(cafile=verify if isinstance(verify, str) else None)
    if verify is False:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return lambda: TLS(context, host)
