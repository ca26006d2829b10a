from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

import labapp
from labapp.web import work


@pytest.fixture
def app() -> Flask:
    return labapp.create_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Sleep no more, and note for how long it would have been."""
    noted: list[float] = []
    monkeypatch.setattr("time.sleep", noted.append)
    return noted


@pytest.fixture
def ending(monkeypatch: pytest.MonkeyPatch) -> type[BaseException]:
    """Let a crash be an exception, so that the tests outlive it."""

    class Ended(BaseException):
        """The process would have ended here."""

    def end(status: int) -> None:
        raise Ended(status)

    monkeypatch.setattr("os._exit", end)
    return Ended


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    yield
    work.kept.clear()
