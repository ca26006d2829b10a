"""What a kernel says is on its way to the page at once, however small it is.

By TCP's default a small message waits until the one before is acknowledged (Nagle's algorithm, RFC 896), and
a page that has nothing to say may put that off by 40 ms on Linux. Jupyter's server leaves it so.
"""

from __future__ import annotations

from typing import Any


def prompt(connection: type[Any]) -> type[Any]:
    """Return a class of connections between kernels and pages whose messages wait for nothing."""

    class Prompt(connection):  # type: ignore[misc]
        async def connect(self) -> Any:
            self.websocket_handler.set_nodelay(True)
            return await super().connect()

    return Prompt
