"""TLS with a server of this machine: its certificate is not verified, for nobody could stand in between."""

import ssl

from labapp.servers.http.probe import Probe


class TLSProbe(Probe):
    """One request to one address where TLS is spoken, under way."""

    def _begin(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self._socket = context.wrap_socket(self._socket, do_handshake_on_connect=False)

    def _exchange(self) -> bytes:
        try:
            if self._unsent:
                self._socket.sendall(self._unsent)  # This shakes hands first.
                self._unsent = b""
            return super()._exchange()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise BlockingIOError from None
