"""A kernel's small messages wait for no acknowledgement: asked of the very socket they go through."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock, Mock

import pytest
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application
from tornado.websocket import WebSocketHandler, websocket_connect

from labapp.course.desk import _load_jupyter_server_extension
from labapp.course.desk.prompt_messages import prompt

NAME = "kernel_websocket_connection_class"


class Connection:
    def __init__(self, handler: WebSocketHandler) -> None:
        self.websocket_handler = handler

    async def connect(self) -> str:
        return "connected"


@pytest.mark.parametrize(("kind", "prompt_one"), [(Connection, 0), (prompt(Connection), 1)])
def test_small_messages_wait_only_where_nobody_asked(kind: type[Connection], prompt_one: int) -> None:
    class Handler(WebSocketHandler):
        async def open(self, *_: Any) -> None:
            said = await kind(self).connect()
            held = self.ws_connection.stream.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            await self.write_message(f"{said}, {int(bool(held))}")

    async def said() -> Any:
        listener, port = bind_unused_port()
        server = HTTPServer(Application([("/", Handler)]))
        server.add_socket(listener)
        client = await websocket_connect(f"ws://127.0.0.1:{port}/")
        answer = await client.read_message()
        client.close()
        server.stop()
        await server.close_all_connections()
        return answer

    assert asyncio.run(said()) == f"connected, {prompt_one}"


def test_the_extension_has_those_of_kernels_be_such(tmp_path: Path) -> None:
    settings: dict[str, Any] = {"base_url": "/", "server_root_dir": str(tmp_path), NAME: Connection}
    _load_jupyter_server_extension(MagicMock(web_app=Mock(settings=settings)))
    handler = Mock()
    assert asyncio.run(settings[NAME](handler).connect()) == "connected"
    handler.set_nodelay.assert_called_once_with(True)
