"""One HTTP client per server, made when it is first needed."""

from threading import Lock
from typing import TYPE_CHECKING, Any

from labapp.servers.addresses import reachable

if TYPE_CHECKING:
    import httpx


class Client:
    """Sends requests to one address, TCP or unix socket; never through a proxy."""

    def __init__(self, address: str) -> None:
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
        )

    def close(self) -> None:
        """Close its connections; the next request opens new ones."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None
