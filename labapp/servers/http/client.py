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

    `sent` is told, when an answer begins to come, from which port its request was sent and when.
    """

    def __init__(self, address: str, sent: Callable[[int, float], None]) -> None:
        self._sent = sent
        self._address = reachable(address)
        self._client: httpx.Client | None = None
        self._lock = Lock()

    def request(self, method: str, path: str, **options: Any) -> "httpx.Response":
        """Send one request; redirects are not followed unless asked."""
        with self._lock:
            if self._client is None:
                self._client = self._open()
        return self._client.request(method, path, **options)

    def _open(self) -> "httpx.Client":
        import httpx  # noqa: PLC0415 (80 ms that a launch can do without)

        unix = self._address.startswith("unix:")
        return httpx.Client(
            base_url="http://localhost" if unix else f"http://{self._address}",
            transport=httpx.HTTPTransport(uds=self._address.removeprefix("unix:")) if unix else None,
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
            if self._client is not None:
                self._client.close()
                self._client = None


def _note_time(request: "httpx.Request") -> None:
    request.extensions[SENT] = time.monotonic()
