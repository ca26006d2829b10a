"""What a live view sends to its front end, and to processes."""

from __future__ import annotations

from typing import Any

import pytest

from labapp.views.live import sent_signals
from labapp.views.live.view import LiveView


@pytest.fixture
def said(view: LiveView, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return the messages that the view sends beside its state."""
    messages: list[dict[str, Any]] = []
    monkeypatch.setattr(view, "send", messages.append)
    return messages


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, float, object]]:
    """Return the signals that are sent, to nobody."""
    seen: list[tuple[int, float, object]] = []
    monkeypatch.setattr(sent_signals, "send_signal", lambda *signal: seen.append(signal))
    return seen
