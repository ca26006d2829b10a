"""Signals in the live view: what its buttons send, and what it says of those that others send."""

from __future__ import annotations

import pytest
from support.made_up import ask

from labapp.observe.feed import TreeChanged
from labapp.servers import signals
from labapp.views.live import sent_signals


def test_a_press_sends_the_signal_to_the_very_process(view, server, sent, said):
    ask(view, kind="signal", key="W2", signal="KILL")
    worker = server.now.find("W2")
    assert sent == [(worker.pid, worker.started, "KILL")]
    assert [entry["text"] for message in said for entry in message["entries"]] == [
        "you sent KILL to worker 2"
    ]


def test_a_signal_that_a_cell_sends_is_told_too_and_once(view, server, monkeypatch, said):
    monkeypatch.setattr(signals, "_send", lambda *_: None)
    view.follow()
    server.feed.tell(TreeChanged(0.0, list(server.now)))
    worker = server.now.find("W2")
    signals.send_signal(worker.pid, worker.started, "KILL")
    signals.send_signal(worker.pid, worker.started + 1, "TERM")  # To somebody else.
    server.feed.tell(TreeChanged(0.0, [p for p in server.now if p.label != "W2"]))
    ask(view, kind="signal", key="M", signal="TTIN")
    texts = [entry["text"] for message in said for entry in message.get("entries", ())]
    assert texts == ["you sent KILL to worker 2", "you sent TTIN to master"]
    view.close()
    assert signals._listeners == []


def test_a_signal_to_one_who_is_gone_is_refused_in_the_view(view, sent, said):
    ask(view, kind="signal", key="W9", signal="KILL")
    assert sent == []
    (entry,) = said[0]["entries"]
    assert (entry["kind"], entry["text"]) == ("refused", "W9 has ended: KILL was not sent.")


@pytest.mark.parametrize(
    "error", [ProcessLookupError("gone"), PermissionError("not yours"), ValueError("no such")]
)
def test_what_the_system_refuses_is_told_in_the_view(view, said, monkeypatch, error, capsys):
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(sent_signals, "send_signal", refuse)
    ask(view, kind="signal", key="M", signal="TTIN")
    assert said[0]["entries"][0] | {"kind": "refused", "text": str(error)} == said[0]["entries"][0]
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("message", [{}, {"kind": "dance"}, {"kind": "signal", "key": "M"}])
def test_a_message_it_does_not_know_does_nothing(view, sent, said, message):
    ask(view, **message)
    assert (sent, said) == ([], [])
