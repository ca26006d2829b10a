from __future__ import annotations

from flask.testing import FlaskClient


def test_ping(client: FlaskClient) -> None:
    response = client.get("/ping")
    assert (response.status_code, response.text) == (200, "pong")
    assert response.content_type == "text/plain; charset=utf-8"


def test_wait_is_three_seconds_unless_told(client: FlaskClient, naps: list[float]) -> None:
    assert client.get("/wait").text == "waited 3 s"
    assert client.get("/wait?seconds=0.25").text == "waited 0.25 s"
    assert client.get("/wait?seconds=0").text == "waited 0 s"
    assert client.get("/wait?seconds=30").text == "waited 30 s"
    assert naps == [3, 0.25, 0, 30]
