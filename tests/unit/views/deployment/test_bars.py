"""What the strip of the last twenty seconds is told."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from labapp.servers import signals
from labapp.views.deployment.bars import marked
from labapp.views.live import SentSignals

EDGE, WEB, STRANGER = (1, 0.5), (2, 0.5), (3, 0.5)


def test_the_signals_to_any_of_the_servers_are_told_with_their_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signals, "_send", lambda *_: None)
    states = [SimpleNamespace(history=SimpleNamespace(find={one: "process"}.get)) for one in (EDGE, WEB)]
    sent = SentSignals()
    sent.subscribe()
    for one, name in ((WEB, "HUP"), (STRANGER, "KILL"), (EDGE, "TERM")):
        signals.send_signal(*one, name)
    sent.close()
    told = marked(sent.drain(), states)
    assert [one["text"] for one in told] == ["HUP", "TERM"]
    assert all(abs(one["at"] - time.time()) < 60 for one in told)
    assert marked(sent.drain(), states) == []
