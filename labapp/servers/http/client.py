"""One HTTP client per server, made when it is first needed."""

import time
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Any

from labapp.servers.http.addresses import reachable

if TYPE_CHECKING:
    import httpx


SENT = "labapp.sent"


class Client:
    """Sends requests to one address, TCP or unix socket; never through a proxy.

    Where TLS is spoken, the certificate is verified only if a request says so (`verify=True`, or a context).
    `sent` is told, when an answer begins to come, from which port its request was sent and when.
    """

    def __init__(self, address: str, sent: Callable[[int, float], None], *, tls: bool = False) -> None:
        self._sent = sent
        self._scheme = "https" if tls else "http"
        self._address = reachable(address)
        self._clients: dict[object, httpx.Client] = {}
        self._lock = Lock()

    def request(self, method: str, path: str, **options: Any) -> "httpx.Response":
        """Send one request; redirects are not followed unless asked."""
        verify = options.pop("verify", False)
        with self._lock:
            if verify not in self._clients:
                self._clients[verify] = self._open(verify)
        return self._clients[verify].request(method, path, **options)

    def _open(self, verify: Any) -> "httpx.Client":
        import httpx  # noqa: PLC0415 (80 ms that a launch can do without)

        unix = self._address.startswith("unix:")
        return httpx.Client(
            base_url=f"{self._scheme}://{'localhost' if unix else self._address}",
            transport=httpx.HTTPTransport(uds=self._address.removeprefix("unix:"), verify=verify)
            if unix
            else None,
            verify=verify,
            timeout=30.0,
            trust_env=False,
            event_hooks={"request": [_note_time], "response": [self._note_port]},
        )

    def _note_port(self, response: "httpx.Response") -> None:
        stream = response.extensions.get("network_stream")
        with suppress(OSError):  # On a unix socket there is no port; a connection may be closed already.
            place = stream.get_extra_info("client_addr") if stream else None
            if isinstance(place, tuple) and SENT in response.request.extensions:
                self._sent(place[1], response.request.extensions[SENT])

    def close(self) -> None:
        """Close its connections; the next request opens new ones."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()


def _note_time(request: "httpx.Request") -> None:
    request.extensions[SENT] = time.monotonic()
