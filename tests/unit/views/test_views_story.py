"""What a view remembers, with a clock of the test's own."""

from __future__ import annotations

import json

import pytest
from views_made_up import SOCKET, process, tree

from labapp.observe.tree import Tree
from labapp.views.live.process_history import KNOWN, LINGER, MOURNED, NEWBORN, REMEMBERED, Story
from labapp.views.live.scene import arrange, compose, structure


class Clock:
    """The wall clock, moved by hand."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def story(clock: Clock) -> Story:
    return Story(clock)


def moods(story: Story) -> dict[str, str]:
    return {box.key: box.mood for box in story.boxes()}


def test_who_has_been_there_for_long_is_simply_alive(story):
    story.change(tree(2), {3304: (SOCKET,), 3307: (SOCKET,)})
    assert moods(story) == {"M": "alive", "W1": "alive", "W2": "alive"}
    assert [box.sockets for box in story.boxes()] == [(SOCKET,), (SOCKET,), ()]
    assert story.restless() is None


def test_a_birth_is_news_for_a_while(story, clock):
    story.change(tree(1), {})
    newborn = process(3308, "W2", age=0.0)
    story.change(Tree([*tree(1), newborn]), {})
    assert moods(story)["W2"] == "born"
    assert story.restless() == pytest.approx(NEWBORN, abs=0.1)
    clock.now += NEWBORN + 0.1
    assert moods(story)["W2"] == "alive"
    assert story.restless() is None


def test_the_dead_keep_their_place_for_a_while_and_tell_how_they_died(story, clock):
    before = tree(3)
    story.change(before, {})
    story.exit(3308, -9)
    clock.now += 2
    story.change(Tree([p for p in before if p.label != "W2"]), {})
    w2 = story.boxes()[2]
    assert (w2.key, w2.mood, w2.verdict) == ("W2", "dead", "killed by SIGKILL")
    assert w2.lived == pytest.approx(62, abs=0.1)
    assert story.restless() == LINGER
    clock.now += LINGER
    assert story.restless() is None
    assert list(moods(story)) == ["M", "W1", "W3"]


def test_the_status_may_come_after_the_end(story):
    before = tree(2)
    story.change(before, {})
    story.change(Tree(before[:2]), {})
    assert story.boxes()[-1].verdict == "ended, nobody saw how"
    story.exit(3308, 3)
    assert story.boxes()[-1].verdict == "exited with status 3"


def test_the_log_tells_of_deaths_that_the_system_does_not_tell(story):
    before = tree(2)
    story.change(before, {})
    story.exit(3308, None)
    story.change(Tree(before[:2]), {})
    story.write(["[2026-11-20 23:49:30 +0000] [3304] [ERROR] Worker (pid:3308) was sent SIGKILL! Perhaps"])
    assert story.boxes()[-1].verdict == "killed by SIGKILL"


def test_the_system_is_believed_more_than_the_log(story):
    before = tree(2)
    story.change(before, {})
    story.exit(3308, 0)
    story.change(Tree(before[:2]), {})
    story.write(["[2026-11-20 23:49:30 +0000] [3304] [ERROR] Worker (pid:3308) exited with code 7"])
    assert story.boxes()[-1].verdict == "exited with status 0"


def test_nobody_is_drawn_twice_under_one_label(story):
    old, new = process(3307, "W1"), process(3399, "W1", age=1.0)
    story.change(Tree([old]), {})
    story.change(Tree([new]), {})
    assert [box.pid for box in story.boxes()] == [3399]


def test_the_end_shows_all_who_were_there_for_good(story, clock):
    story.change(tree(2), {})
    clock.now += 10
    story.end("exited with status 0")
    clock.now += 100
    assert story.ending == "exited with status 0"
    assert story.until == clock.now - 100
    assert set(moods(story).values()) == {"dead"}
    assert story.restless() is None
    story.end("killed by SIGKILL")
    assert story.ending == "exited with status 0"


def test_lines_are_tied_to_the_process_that_wrote_them_also_when_it_is_seen_later(story):
    line = "[2026-11-20 23:49:30 +0000] [3307] [INFO] Booting worker with pid: 3307"
    story.write([line, "a print of somebody's"])
    assert [entry["tag"] for entry in story.log()] == ["", ""]
    story.change(tree(1), {})
    first, second = story.log()
    assert (first["tag"], first["pid"], first["level"], first["text"]) == (
        "W1",
        3307,
        "info",
        "Booting worker with pid: 3307",
    )
    assert second["tag"] == ""
    story.change(Tree(), {})
    assert story.log()[0]["tag"] == "W1"


def test_what_was_sent_stands_between_the_lines(story):
    story.write(["one"])
    story.sent("TTIN", "master")
    story.refuse("W9 has ended: KILL was not sent.")
    assert [(entry["n"], entry["kind"], entry["text"]) for entry in story.log(after=1)] == [
        (2, "sent", "you sent TTIN to master"),
        (3, "refused", "W9 has ended: KILL was not sent."),
    ]


def test_memory_stays_flat_through_a_storm(story, clock):
    for round_ in range(60):
        pids = range(4000 + round_ * 100, 4100 + round_ * 100)
        family = [process(pid, f"W{pid}", age=0.0) for pid in pids]
        story.change(Tree([process(3304, "M"), *family]), {})
        story.write(f"line {number}" for number in range(100))
        clock.now += 0.05
    assert len(story.log()) == REMEMBERED
    assert sum(mood == "dead" for mood in moods(story).values()) <= MOURNED
    assert len(story._lives) <= 101 + MOURNED
    assert len(story._labels) <= KNOWN
    story.change(Tree([process(3304, "M")]), {})
    assert len(story._statuses) == 0


def test_a_scene_is_data_without_a_moment_in_it(story, clock):
    story.change(tree(3), {3304: (SOCKET,)})
    boxes = story.boxes()
    picture = arrange(boxes)
    scene = compose(story, boxes, picture["parts"])
    clock.now += 5
    story.change(story.tree, {3304: (SOCKET,)})
    assert compose(story, story.boxes(), picture["parts"]) == scene
    assert json.loads(json.dumps([scene, picture])) is not None
    assert scene["workers"] == 3
    assert [(box["key"], box["level"], box["plugged"]) for box in scene["boxes"]] == [
        ("M", 1, True),
        ("W1", 2, False),
        ("W2", 2, False),
        ("W3", 2, False),
    ]
    assert [place["least"] > 0 for place in picture["places"]] == [True, False]


def test_figures_alone_do_not_change_the_picture(story):
    story.change(tree(3), {})
    calm = structure(story.boxes())
    story.change(tree(3, cpu=0.9, rss=99_000_000, state="running"), {})
    assert structure(story.boxes()) == calm
    story.change(tree(4), {})
    assert structure(story.boxes()) != calm
