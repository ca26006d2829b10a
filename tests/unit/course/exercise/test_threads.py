"""Threads that a check leaves behind: those of a moment are awaited."""

import threading

import pytest

from labapp.course.exercise.running.threads import Threads


def test_one_that_is_only_about_to_start_is_awaited(monkeypatch: pytest.MonkeyPatch) -> None:
    threads, late = Threads(), threading.Thread(target=str)
    monkeypatch.setattr(threading, "enumerate", lambda: [late])
    starter = threading.Timer(0.05, late.start)
    starter.start()
    assert threads.end() == []
    assert late.ident is not None
    starter.join()
