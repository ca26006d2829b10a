"""The last minute, kept for a front end that comes along."""

from __future__ import annotations

import json
from typing import Any

from labapp.views.live import replay
from labapp.views.live.replay import Moment, Replay

PICTURE: dict[str, Any] = {"places": []}
SCENE: dict[str, Any] = {"boxes": [{"key": "M", "cpu": 1}, {"key": "W1", "cpu": 2}], "workers": 1}


def moment(at: float, **more: Any) -> Moment:
    given: dict[str, Any] = {"scene": SCENE, "picture": PICTURE, "traffic": {}, "log": 0} | more
    return Moment(at, **given)


def times(kept: Replay) -> list[float]:
    return [message["at"] for message in kept.message()["moments"]]


def test_the_last_minute_is_kept_and_how_it_began():
    kept = Replay()
    for at in range(200):
        kept.record(moment(at))
    assert times(kept) == [float(at) for at in range(199 - 60, 200)]


def test_figures_alone_are_kept_a_few_times_a_second():
    kept = Replay()
    for step in range(200):
        kept.record(moment(step * 0.05))
    assert len(kept) <= 1.5 * 10 / replay.SPACING
    assert times(kept)[-1] == round(199 * 0.05, 3)


def test_births_and_deaths_are_kept_however_close():
    kept = Replay()
    for step in range(20):
        kept.record(moment(step * 0.01, picture={"places": [step]}))
    assert len(kept) == 20


def test_its_memory_is_bounded_in_a_storm():
    kept = Replay()
    for step in range(5000):
        kept.record(moment(step * 0.001, picture={"places": [step]}))
    assert len(kept) == replay.MOST


def test_what_stays_the_same_is_told_once():
    kept = Replay()
    busier = {"boxes": [SCENE["boxes"][0], {"key": "W1", "cpu": 99}], "workers": 1}
    traffic = {"served": 1}
    kept.record(moment(1))
    kept.record(moment(2, traffic=traffic, log=3))
    kept.record(moment(3, traffic=traffic, log=3, scene=busier))
    message = kept.message()
    assert message["pictures"] == [PICTURE]
    assert message["moments"] == [
        {"at": 1, "log": 0, "picture": 0, "scene": SCENE, "traffic": {}},
        {"at": 2, "log": 3, "picture": 0, "traffic": traffic},
        {"at": 3, "log": 3, "picture": 0, "scene": {"boxes": ["M", {"key": "W1", "cpu": 99}], "workers": 1}},
    ]
    json.dumps(message)
