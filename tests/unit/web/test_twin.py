"""The asynchronous twin answers as the Flask application does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from labapp.web import twin


def ask(path: str, query: str = "") -> tuple[int, str]:
    """Call the twin with one request; return status and body."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        raise AssertionError("the twin reads no body")

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(twin.app({"type": "http", "path": path, "query_string": query.encode()}, receive, send))
    start, body = sent
    assert dict(start["headers"])[b"content-length"] == str(len(body["body"])).encode()
    return start["status"], body["body"].decode()


@pytest.mark.parametrize(
    ("path", "query"), [("/ping", ""), ("/wait", "seconds=0"), ("/wait", "seconds=0.01")]
)
def test_the_twin_says_what_flask_says(client: FlaskClient, path: str, query: str) -> None:
    flask = client.get(f"{path}?{query}")
    assert ask(path, query) == (flask.status_code, flask.text)


def test_two_waits_pass_at_once() -> None:
    waits: list[float] = []

    async def both() -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        scope = {"type": "http", "path": "/wait", "query_string": b"seconds=0.3"}
        await asyncio.gather(*(twin.app(dict(scope), nothing, ignored) for _ in range(4)))
        waits.append(loop.time() - began)

    asyncio.run(both())
    assert waits[0] < 3 * 0.3


async def nothing() -> dict[str, Any]:
    return {}


async def ignored(_: Any) -> None:
    pass


def test_computing_uses_the_processor() -> None:
    assert ask("/cpu", "ms=1") == (200, "computed for 1 ms")


@pytest.mark.parametrize("query", ["seconds=31", "seconds=-1", "seconds=nan", "seconds=soon"])
def test_a_number_out_of_range_is_refused_as_flask_refuses_it(client: FlaskClient, query: str) -> None:
    assert ask("/wait", query)[0] == client.get(f"/wait?{query}").status_code == 400


def test_what_it_does_not_have_is_not_found() -> None:
    assert ask("/nothing")[0] == 404


def test_it_lives_and_ends_with_its_server() -> None:
    asked: Iterator[str] = iter(["lifespan.startup", "lifespan.shutdown"])
    said: list[str] = []

    async def receive() -> dict[str, Any]:
        return {"type": next(asked)}

    async def send(message: Any) -> None:
        said.append(message["type"])

    asyncio.run(twin.app({"type": "lifespan"}, receive, send))
    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
