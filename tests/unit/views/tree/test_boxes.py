from __future__ import annotations

import pytest
from support.made_up import boxes, process, tree

from labapp.views.tree.boxes import Box, of_tree, settled, shorten, spell
from labapp.views.tree.families import find_families, held_sockets


def test_a_box_carries_what_the_process_is():
    master, worker = of_tree(tree(1, cpu=0.03, rss=23_400_000, threads=2, listening=("127.0.0.1:1",)))
    assert (master.key, master.role, master.parent, master.is_head) == ("M", "master", "", True)
    assert (worker.key, worker.pid, worker.parent, worker.is_head) == ("W1", 3307, "M", False)
    assert (worker.cpu, worker.memory, worker.threads, worker.sockets) == (3, 23, 2, ("127.0.0.1:1",))


def test_a_living_box_tells_its_figures_as_plain_text():
    words = Box("W1", "worker", 3307, state="sleeping", cpu=3, memory=23, threads=4).words
    assert words["pid"] == "pid 3307"
    assert (words["cpu"], words["memory"], words["threads"]) == ("cpu 3 %", "23 MB", "4 threads")
    assert words["figures"] == "cpu 3 %   23 MB   4 threads"
    assert words["state"] == "sleeping"


def test_one_thread_is_no_news():
    assert "threads" not in Box("W1", "worker", 3307).words


def test_a_newborn_is_marked_and_its_age_left_to_the_painter():
    words = Box("W1", "worker", 3307, mood="born").words
    assert words["state"] == words["notable"] == "✚ born {age} ago"
    assert words["chip"] == "✚W1"
    assert "figures" not in words


def test_a_dead_box_tells_how_and_how_long_instead_of_figures():
    words = Box("W1", "worker", 3307, mood="dead", verdict="killed by SIGKILL", lived=41.2).words
    assert words["verdict"] == "✕ killed by SIGKILL"
    assert (words["brief"], words["lived"], words["chip"]) == ("✕ SIGKILL", "lived 41 s", "✕W1")
    assert not {"cpu", "memory", "state", "figures"} & words.keys()


def test_who_ended_in_good_order_is_not_marked_as_one_who_died():
    words = Box("W1", "worker", 3307, mood="dead", verdict="exited with status 0", calm=True).words
    assert (words["verdict"], words["brief"], words["chip"]) == (
        "■ exited with status 0",
        "■ status 0",
        "■W1",
    )


@pytest.mark.parametrize(("state", "mark"), [("stopped", "‖ stopped"), ("zombie", "† zombie")])
def test_an_unusual_state_is_marked(state, mark):
    words = Box("W1", "worker", 3307, state=state).words
    assert words["state"] == words["notable"] == words["brief"] == mark
    assert words["manner"] == "worker", "said once, beside who it is"


def test_a_screen_reader_hears_who_it_is_and_how_it_ended():
    assert Box("W1", "worker", 7, state="sleeping", cpu=99).spoken == "W1, worker, pid 7, sleeping"
    dead = Box("W1", "worker", 7, mood="dead", state="sleeping", verdict="killed by SIGKILL")
    assert dead.spoken == "W1, worker, pid 7, killed by SIGKILL"


def test_settled_boxes_do_not_depend_on_the_moment():
    alive = [Box("W1", "worker", 7, state="sleeping"), Box("W2", "worker", 8, state="stopped")]
    moving = [
        Box("W1", "worker", 7, state="running", mood="born"),
        Box("W2", "worker", 8, state="stopped"),
        Box("W3", "worker", 9, mood="dead", verdict="killed by SIGKILL"),
    ]
    assert settled(alive) == settled(moving)
    assert [box.state for box in settled(alive)] == ["", "stopped"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-0.2, "0.0 s"),
        (0.44, "0.4 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (119, "119 s"),
        (300, "5 min"),
        (9000, "2 h"),
    ],
)
def test_durations_read_as_a_person_says_them(seconds, text):
    assert spell(seconds) == text


def test_verdicts_have_a_short_form():
    assert shorten("exited with status 3") == "status 3"
    assert shorten("killed by SIGKILL") == "SIGKILL"
    assert shorten("ended, nobody saw how") == "ended"


def test_workers_belong_to_the_nearest_master():
    first, second = boxes(2), [Box("M2", "master", 1, "M"), Box("W3", "worker", 2, "M2")]
    found = find_families([*first, *second])
    assert [(family.key, [box.key for box in family.members]) for family in found] == [
        ("M", ["W1", "W2"]),
        ("M2", ["W3"]),
    ]


def test_workers_without_a_master_are_orphans():
    found = find_families(boxes(2, master=False))
    assert [(family.key, family.head, len(family.members)) for family in found] == [("orphans", None, 2)]


def test_who_keeps_a_master_comes_before_it():
    master = Box("M", "master", 2, parent="SV")
    boxes = [master, Box("W1", "worker", 3, parent="M"), Box("SV", "supervisor", 1)]
    families = find_families(boxes)
    assert [family.key for family in families] == ["SV", "M"]
    assert [box.key for box in families[1].members] == ["W1"]


def test_a_child_of_a_worker_stands_right_after_it():
    children = [Box("H1", "helper", 9, "W1"), Box("H2", "helper", 10, "H1")]
    (family,) = find_families([*boxes(2), *children])
    assert [box.key for box in family.members] == ["W1", "H1", "H2", "W2"]
    assert family.depths == {"W1": 0, "H1": 1, "H2": 2, "W2": 0}


def test_a_socket_says_how_many_of_the_living_hold_it():
    holding = boxes(2)
    dead = Box("W9", "worker", 9, "M", mood="dead", sockets=("127.0.0.1:46393",))
    other = Box("H1", "helper", 10, "M")
    assert held_sockets([*holding, dead]) == [("127.0.0.1:46393", "held by all 3 processes")]
    assert held_sockets([*holding, other]) == [("127.0.0.1:46393", "held by 3 of 4 processes")]
    assert held_sockets(holding[:1]) == [("127.0.0.1:46393", "held by one process")]
    assert held_sockets([process_box() for _ in "ab"]) == []


def process_box() -> Box:
    return of_tree([process(1, "S")])[0]
