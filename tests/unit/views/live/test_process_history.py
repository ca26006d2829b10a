"""What a view remembers, with a clock of the test's own."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from support.made_up import SOCKET, process, tree

from labapp.observe.kernel import Process
from labapp.observe.timeline import REAPED
from labapp.observe.tree import Tree
from labapp.servers.kinds.any_other import AnyOther
from labapp.servers.kinds.gunicorn import Gunicorn
from labapp.views.live.kept_records import LINGER, MOST_DEAD
from labapp.views.live.process_history import KNOWN, NEWBORN, REMEMBERED, ProcessHistory
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
def history(clock: Clock) -> ProcessHistory:
    return ProcessHistory(AnyOther.log_syntax, clock)


def moods(history: ProcessHistory) -> dict[str, str]:
    return {box.key: box.mood for box in history.boxes()}


def test_who_has_been_there_for_long_is_simply_alive(history):
    history.on_tree(tree(2), {3304: (SOCKET,), 3307: (SOCKET,)})
    assert moods(history) == {"M": "alive", "W1": "alive", "W2": "alive"}
    assert [box.sockets for box in history.boxes()] == [(SOCKET,), (SOCKET,), ()]
    assert history.next_change() is None


def test_noise_is_left_out_of_the_log(clock):
    history = ProcessHistory(Gunicorn.log_syntax, clock, Gunicorn.noise)
    line = "[2026-11-21 01:02:03 +0000] [7] [INFO] "
    history.on_log_lines([f"{line}Control socket listening at /run/gunicorn.ctl", f"{line}Hang up: Master"])
    assert [entry["text"] for entry in history.log()] == ["Hang up: Master"]


def test_a_birth_is_news_for_a_while(history, clock):
    history.on_tree(tree(1), {})
    newborn = process(3308, "W2", age=0.0)
    history.on_tree(Tree([*tree(1), newborn]), {})
    assert moods(history)["W2"] == "born"
    assert history.next_change() == pytest.approx(NEWBORN, abs=0.1)
    clock.now += NEWBORN + 0.1
    assert moods(history)["W2"] == "alive"
    assert history.next_change() is None


def test_the_dead_keep_their_place_for_a_while_and_tell_how_they_died(history, clock):
    before = tree(3)
    history.on_tree(before, {})
    history.on_exit(3308, -9)
    clock.now += 2
    history.on_tree(Tree([p for p in before if p.label != "W2"]), {})
    w2 = history.boxes()[2]
    assert (w2.key, w2.mood, w2.verdict) == ("W2", "dead", "killed by SIGKILL")
    assert w2.lived == pytest.approx(60, abs=0.1)
    assert history.next_change() == LINGER - 2
    clock.now += LINGER - 2
    assert history.next_change() is None
    assert list(moods(history)) == ["M", "W1", "W3"]


def test_who_has_ended_is_dead_though_nobody_has_reaped_it_yet(history, clock):
    history.on_tree(tree(2), {})
    _, (death,) = history.on_exit(3308, -9)
    assert (death.process.label, moods(history)["W2"], history.workers) == ("W2", "dead", 1)
    listed = [*tree(1), process(3308, "W2", state="zombie")]
    assert history.on_tree(Tree(listed), {}) == ([], [])
    assert moods(history)["W2"] == "dead"
    assert history.on_tree(Tree(listed[:2]), {}) == ([], [])
    assert history.boxes()[-1].verdict == "killed by SIGKILL"
    assert history.on_exit(3308, -9) == ([], [])


def test_who_is_not_reaped_for_long_is_shown_as_a_zombie(history, clock):
    history.on_tree(tree(2), {})
    history.on_exit(3308, -9)
    listed = [*tree(1), process(3308, "W2", state="zombie")]
    history.on_tree(Tree(listed), {})
    assert history.next_change() == pytest.approx(REAPED)
    clock.now += REAPED
    assert history.unreaped
    history.on_tree(history.tree, {})
    assert (history.boxes()[-1].mood, history.boxes()[-1].state) == ("alive", "zombie")
    assert not history.unreaped
    _, (death,) = history.on_tree(tree(1), {})
    assert (death.status, history.boxes()[-1].verdict) == (-9, "killed by SIGKILL")


def test_the_status_may_come_after_the_end(history):
    before = tree(2)
    history.on_tree(before, {})
    history.on_tree(Tree(before[:2]), {})
    assert history.boxes()[-1].verdict == "ended, nobody saw how"
    history.on_exit(3308, 3)
    assert history.boxes()[-1].verdict == "exited with status 3"


def test_the_log_tells_of_deaths_that_the_system_does_not_tell(history):
    before = tree(2)
    history.on_tree(before, {})
    history.on_exit(3308, None)
    history.on_tree(Tree(before[:2]), {})
    history.on_log_lines(
        ["[2026-11-20 23:49:30 +0000] [3304] [ERROR] Worker (pid:3308) was sent SIGKILL! Perhaps"]
    )
    assert history.boxes()[-1].verdict == "killed by SIGKILL"


def test_the_system_is_believed_more_than_the_log(history):
    before = tree(2)
    history.on_tree(before, {})
    history.on_exit(3308, 0)
    history.on_tree(Tree(before[:2]), {})
    history.on_log_lines(["[2026-11-20 23:49:30 +0000] [3304] [ERROR] Worker (pid:3308) exited with code 7"])
    assert history.boxes()[-1].verdict == "exited with status 0"


def test_nobody_is_drawn_twice_under_one_label(history):
    old, new = process(3307, "W1"), process(3399, "W1", age=1.0)
    history.on_tree(Tree([old]), {})
    history.on_tree(Tree([new]), {})
    assert [box.pid for box in history.boxes()] == [3399]


def test_the_end_shows_all_who_were_there_for_good(history, clock):
    history.on_tree(tree(2), {})
    clock.now += 10
    history.on_end("exited with status 0")
    clock.now += 100
    assert history.ending == "exited with status 0"
    assert history.until == clock.now - 100
    assert set(moods(history).values()) == {"dead"}
    assert history.next_change() is None
    history.on_end("killed by SIGKILL")
    assert history.ending == "exited with status 0"


def test_at_the_end_who_had_made_way_for_another_is_gone(history, clock):
    born = [process(pid, f"W{pid}", age=0.0) for pid in range(4000, 4020)]
    for old, new in pairwise(born):  # As by reloads, one right after the other.
        clock.now += 0.1
        history.on_tree(Tree([*tree(0), old, new]), {})
        clock.now += 0.1
        history.on_tree(Tree([*tree(0), new]), {})
    history.on_end("exited with status 0")
    assert list(moods(history)) == ["M", "W4018", "W4019"]


def test_of_many_who_end_one_after_the_other_none_is_lacking_at_the_end(history, clock):
    history.on_tree(tree(80), {})
    for left in range(80, 0, -1):  # 16 seconds in all, longer than the dead remain while others are born.
        clock.now += 0.2
        assert history.next_change() is None or history.next_change() > 0
        history.on_tree(tree(left - 1), {})
    history.on_end("exited with status 0")
    assert len(moods(history)) == 81
    assert set(moods(history).values()) == {"dead"}


def test_who_ended_with_nobody_born_since_leaves_with_the_last_of_them(history, clock):
    history.on_tree(tree(3), {})
    history.on_tree(tree(2), {})
    clock.now += LINGER - 1
    history.on_tree(tree(1), {})
    clock.now += 2
    assert history.next_change() == pytest.approx(LINGER - 2)
    assert len(moods(history)) == 4
    clock.now += LINGER - 2
    assert history.next_change() is None
    assert len(moods(history)) == 2


def orphans(workers: int, *among: Process) -> Tree:
    """Return workers whose master is gone: the next above them has adopted them."""
    return Tree([*among, *(process(3306 + number, f"W{number}", ppid=1) for number in range(1, workers + 1))])


def parents(history: ProcessHistory) -> dict[str, str]:
    return {box.key: box.parent for box in history.boxes()}


def test_a_killed_master_stays_as_long_as_its_workers_and_stands_above_them_at_the_end(history, clock):
    history.on_tree(tree(3), {})
    history.on_exit(3304, -9)
    history.on_tree(orphans(3), {})
    assert parents(history) == {"M": "", "W1": "", "W2": "", "W3": ""}
    clock.now += LINGER + 1
    assert history.next_change() is None
    assert moods(history) == {"M": "dead", "W1": "alive", "W2": "alive", "W3": "alive"}
    history.on_tree(orphans(1), {})
    clock.now += LINGER - 1
    assert history.next_change() == pytest.approx(1)
    history.on_end("killed by SIGKILL")
    assert parents(history) == {"M": "", "W1": "M", "W2": "M", "W3": "M"}
    assert history.boxes()[0].verdict == "killed by SIGKILL"


def test_a_killed_master_goes_with_the_last_of_its_workers_while_others_live(history, clock):
    keeper = process(3300, "SV", "supervisor", ppid=1)
    history.on_tree(Tree([keeper, *tree(1)]), {})
    history.on_tree(Tree([keeper, *orphans(1)]), {})
    clock.now += LINGER + 1
    assert history.next_change() is None
    history.on_tree(Tree([keeper, process(3400, "M2", "master", ppid=3300, age=0.0)]), {})
    clock.now += LINGER - 1
    assert moods(history).keys() == {"SV", "M", "W1", "M2"}
    clock.now += 1
    assert history.next_change() is None
    assert moods(history).keys() == {"SV", "M2"}


def test_a_master_that_handed_over_to_another_goes_in_its_time(history, clock):
    second = process(3400, "M2", "master", ppid=3304)
    history.on_tree(Tree([*tree(1), second, process(3401, "W2", ppid=3400)]), {})
    history.on_tree(Tree([process(3400, "M2", "master", ppid=1), process(3401, "W2", ppid=3400)]), {})
    clock.now += LINGER
    assert history.next_change() is None
    history.on_end("exited with status 0")
    assert parents(history) == {"M2": "", "W2": "M2"}


def test_at_the_end_a_worker_killed_before_its_master_stands_with_its_successors(history, clock):
    history.on_tree(tree(2), {})
    history.on_exit(3307, -9)
    history.on_tree(Tree(list(tree(3))[:1] + list(tree(3))[2:]), {})
    history.on_exit(3304, -9)
    history.on_tree(Tree(list(orphans(3))[1:]), {})
    assert parents(history) == {"M": "", "W1": "M", "W2": "", "W3": ""}
    clock.now += 1
    history.on_end("killed by SIGKILL")
    assert parents(history) == {"M": "", "W1": "M", "W2": "M", "W3": "M"}


def test_lines_are_tied_to_the_process_that_wrote_them_also_when_it_is_seen_later(history):
    line = "[2026-11-20 23:49:30 +0000] [3307] [INFO] Booting worker with pid: 3307"
    history.on_log_lines([line, "a print of somebody's"])
    assert [entry["tag"] for entry in history.log()] == ["", ""]
    history.on_tree(tree(1), {})
    first, second = history.log()
    assert (first["tag"], first["pid"], first["level"], first["text"]) == (
        "W1",
        3307,
        "info",
        "Booting worker with pid: 3307",
    )
    assert second["tag"] == ""
    history.on_tree(Tree(), {})
    assert history.log()[0]["tag"] == "W1"


def test_what_was_sent_stands_between_the_lines(history):
    history.on_log_lines(["one"])
    history.on_signal_sent("TTIN", "master")
    history.on_refused("W9 has ended: KILL was not sent.")
    assert [(entry["n"], entry["kind"], entry["text"]) for entry in history.log(after=1)] == [
        (2, "sent", "you sent TTIN to master"),
        (3, "refused", "W9 has ended: KILL was not sent."),
    ]


def test_memory_stays_flat_through_a_storm(history, clock):
    for round_ in range(60):
        pids = range(4000 + round_ * 100, 4100 + round_ * 100)
        family = [process(pid, f"W{pid}", age=0.0) for pid in pids]
        history.on_tree(Tree([process(3304, "M"), *family]), {})
        history.on_log_lines(f"line {number}" for number in range(100))
        clock.now += 0.05
    assert len(history.log()) == REMEMBERED
    assert sum(mood == "dead" for mood in moods(history).values()) <= MOST_DEAD
    assert len(history._records) <= 101 + MOST_DEAD
    assert len(history._labels) <= KNOWN
    history.on_tree(Tree([process(3304, "M")]), {})
    assert len(history._records._statuses) == 0


def test_a_scene_is_data_without_a_moment_in_it(history, clock):
    history.on_tree(tree(3), {3304: (SOCKET,)})
    boxes = history.boxes()
    picture = arrange(boxes)
    scene = compose(history, boxes, picture["parts"])
    clock.now += 5
    history.on_tree(history.tree, {3304: (SOCKET,)})
    assert compose(history, history.boxes(), picture["parts"]) == scene
    assert json.loads(json.dumps([scene, picture])) is not None
    assert scene["workers"] == 3
    assert [(box["key"], box["level"], box["plugged"]) for box in scene["boxes"]] == [
        ("M", 1, True),
        ("W1", 2, False),
        ("W2", 2, False),
        ("W3", 2, False),
    ]
    assert [place["least"] > 0 for place in picture["places"]] == [True, True, False, False]


@pytest.mark.parametrize(
    ("how", "crashed"),
    [
        ("killed by SIGKILL", True),
        ("exited with status 3", True),
        ("lost: its guard was killed", True),
        ("exited with status 0", False),
        ("killed by SIGTERM", False),
        ("ended, nobody saw how", False),
    ],
)
def test_a_scene_tells_an_orderly_end_from_a_crash(history, how, crashed):
    history.on_tree(tree(1), {})
    assert compose(history, history.boxes(), ())["crashed"] is False
    history.on_end(how)
    assert compose(history, history.boxes(), ())["crashed"] is crashed


def test_figures_alone_do_not_change_the_picture(history):
    history.on_tree(tree(3), {})
    calm = structure(history.boxes())
    history.on_tree(tree(3, cpu=0.9, rss=99_000_000, state="running"), {})
    assert structure(history.boxes()) == calm
    history.on_tree(tree(4), {})
    assert structure(history.boxes()) != calm
