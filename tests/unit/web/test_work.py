from __future__ import annotations

import io
import time

import psutil
import pytest
from flask import Flask
from flask.testing import FlaskClient

from labapp.web import work


def test_cpu_uses_what_is_asked(client: FlaskClient) -> None:
    before = time.thread_time()
    answer = client.get("/cpu?ms=50").get_json()
    used = (time.thread_time() - before) * 1000
    assert 50 <= answer["cpu_ms"] <= used
    assert answer["wall_ms"] >= 50
    assert client.get("/cpu?ms=0").get_json()["cpu_ms"] < answer["cpu_ms"]
    assert client.get("/cpu").get_json()["cpu_ms"] >= 100


def test_stream_sends_a_chunk_at_a_time(client: FlaskClient, naps: list[float]) -> None:
    response = client.get("/stream?chunks=4&seconds=2", buffered=False)
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.content_length is None
    chunks = response.iter_encoded()
    assert next(chunks) == b"chunk 1 of 4\n"
    assert naps == []
    assert [*chunks] == [b"chunk 2 of 4\n", b"chunk 3 of 4\n", b"chunk 4 of 4\n"]
    assert naps == [0.5] * 4


def test_stream_unless_told(client: FlaskClient, naps: list[float]) -> None:
    assert client.get("/stream").text.splitlines() == [f"chunk {n} of 5" for n in range(1, 6)]
    assert naps == [0.4] * 5


class Virtual:
    """A body that is nowhere in memory, and notes how it is read."""

    def __init__(self, size: int) -> None:
        self.left = size
        self.asked: list[int] = []

    def read(self, size: int = -1) -> bytes:
        self.asked.append(size)
        piece = b"x" * min(size, self.left)
        self.left -= len(piece)
        return piece


@pytest.mark.parametrize("terminated", [False, True], ids=["by length", "by server"])
def test_upload_is_read_in_pieces(client: FlaskClient, terminated: bool) -> None:
    size = 10 * 1024 * 1024 + 1
    body = Virtual(size)
    ends = {"wsgi.input_terminated": True} if terminated else {"CONTENT_LENGTH": str(size)}
    answer = client.post("/upload", environ_overrides={"wsgi.input": body, **ends}).get_json()
    assert answer["bytes"] == size
    assert answer["seconds"] > 0
    assert body.left == 0
    assert 0 < min(body.asked) <= max(body.asked) <= work.PIECE


def test_upload_of_nothing_and_of_a_form(client: FlaskClient) -> None:
    assert client.put("/upload").get_json()["bytes"] == 0
    form = client.post("/upload", data={"body": (io.BytesIO(b"x" * 1000), "file.bin")})
    assert form.get_json()["bytes"] > 1000


def test_headers_show_what_was_received(client: FlaskClient) -> None:
    sent = {"X-Forwarded-For": "203.0.113.7", "Accept": "*/*", "Content-Type": "text/x-probe"}
    assert client.get("/headers", headers=sent).get_json().items() >= sent.items()


@pytest.mark.parametrize(
    "name", ["Authorization", "authorization", "Proxy-Authorization", "Cookie", "X-XSRFToken", "X-Auth-Token"]
)
def test_headers_keep_secrets(app: Flask, name: str) -> None:
    response = app.test_client(use_cookies=False).get("/headers", headers={name: "s3cret"})
    assert "s3cret" not in response.text
    shown = {name.lower(): value for name, value in response.get_json().items()}
    assert shown[name.lower()] == "(withheld)"


def test_headers_keep_a_token_in_an_address(client: FlaskClient) -> None:
    address = "http://127.0.0.1:8888/proxy/8000/?token=s3cret&a=1"
    shown = client.get("/headers", headers={"Referer": address}).get_json()
    assert shown["Referer"] == "http://127.0.0.1:8888/proxy/8000/?token=(withheld)&a=1"


def test_leak_takes_real_memory(client: FlaskClient) -> None:
    process = psutil.Process()
    before = process.memory_info().rss
    assert client.get("/leak?mb=64").get_json() == {"mb": 64, "kept_mb": 64}
    assert process.memory_info().rss - before > 60 * 1024 * 1024
    assert client.post("/leak").get_json() == {"mb": 10, "kept_mb": 74}


def test_leak_ends_at_its_limit(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "KEEP_AT_MOST", 5)
    assert client.get("/leak?mb=3").get_json()["kept_mb"] == 3
    response = client.get("/leak?mb=3")
    assert response.status_code == 400
    assert response.text == "mb: expected at most 2, got 3: this process already keeps 3 MB"
    assert client.get("/leak?mb=2").get_json()["kept_mb"] == 5


def test_crash_ends_the_process(client: FlaskClient, ending: type[BaseException]) -> None:
    with pytest.raises(ending, match="7"):
        client.get("/crash")
    with pytest.raises(ending, match="255"):
        client.post("/crash?status=255")
