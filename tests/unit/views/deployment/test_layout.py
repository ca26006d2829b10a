"""Where a deployment's parts stand, in a picture and in a text."""

from __future__ import annotations

import itertools
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from support.made_up import boxes

from labapp.views.deployment.arrangement import ended, replaced
from labapp.views.deployment.column import Block
from labapp.views.deployment.layout import PAPER, Layout, Room, lay_out
from labapp.views.deployment.routes import Routes
from labapp.views.deployment.static import describe, draw
from labapp.views.theme import LIGHT

PASSING = [("", "nginx"), ("nginx", "web")]
TITLES = {"nginx": "Nginx", "web": "Gunicorn"}


def workers(number: int) -> tuple[str, ...]:
    return tuple(f"W{place}" for place in range(1, number + 1))


def pair(behind: int = 2) -> Layout:
    return lay_out([Block("nginx", 0, workers(2), ("M",)), Block("web", 1, workers(behind), ("M",))], PASSING)


@pytest.mark.parametrize("room", [Room(), PAPER, Room(718, 296), Room(440, 240), Room(1000, 600)])
@pytest.mark.parametrize("behind", [0, 1, 2, 5, 9, 50])
@pytest.mark.parametrize("servers", [1, 2, 3, 6])
def test_everything_fits_and_nothing_lies_on_another(behind: int, servers: int, room: Room) -> None:
    names = [f"web{number}" for number in range(servers)]
    ended = frozenset(workers(behind)[: behind // 2])
    blocks = [
        Block("nginx", 0, workers(2), ("M",)),
        *(Block(n, 1, workers(behind), ("M",), ended) for n in names),
    ]
    layout = lay_out(blocks, [("", "nginx"), *(("nginx", name) for name in names)], room)
    drawn = [box for block in layout.blocks.values() for box in (*block.boxes, block.named) if box]
    areas = [box.area for box in drawn] + layout.slots
    # Whatever the form, each master can be chosen.
    assert {f"{name} M" for name in layout.blocks} <= {box.key for box in drawn}
    assert (layout.width, layout.height) == room or servers > 2 or room.width < 500
    for area in areas:
        assert 0 < area.x < area.x + area.width <= layout.width
        assert 0 < area.y < area.y + area.height <= layout.height
    for one, other in itertools.combinations(areas, 2):
        aside = one.x + one.width <= other.x or other.x + other.width <= one.x
        assert aside or one.y + one.height <= other.y or other.y + other.height <= one.y
    for name in names:
        block = layout.blocks[name]
        drawn = [box.key.split()[1] for box in block.boxes if " W" in box.key]
        assert len([label for label in drawn if label not in ended]) + block.more == behind - len(ended)


@pytest.mark.parametrize("room", [Room(), Room(718, 296)])
@pytest.mark.parametrize("servers", [1, 3, 6])
def test_the_picture_is_as_high_whoever_comes_and_goes(servers: int, room: Room) -> None:
    heights = {
        lay_out([Block(str(n), 0, workers(number), ("M",)) for n in range(servers)], [], room).height
        for number in range(60)
    }
    assert len(heights) == 1


@pytest.mark.parametrize("servers", [1, 2, 3])
def test_masters_stay_however_many_workers_come(servers: int) -> None:
    for number in range(1, 60):
        blocks = [Block(str(n), 0, workers(number if n == 1 else 2), ("M",)) for n in range(servers)]
        for block in lay_out(blocks, []).blocks.values():
            assert block.boxes[-1].key.endswith(" M")


def test_who_has_ended_leaves_the_living_their_room() -> None:
    def boxes_of(block: Block, room: Room, servers: int) -> dict[str, float]:
        blocks = [block, *(replace(block, name=f"web{n}") for n in range(1, servers))]
        placed = lay_out(blocks, [], room).blocks[block.name]
        return {box.key.split()[1]: box.area.height for box in placed.boxes if " W" in box.key}

    four = Block("web", 0, workers(4), ("M",), frozenset({"W1", "W2"}))
    assert boxes_of(four, Room(), 1) == dict.fromkeys(workers(4), 54)
    # As high as before for who lives; who has ended has one line, or none.
    assert boxes_of(four, Room(718, 296), 1) == {"W1": 28, "W3": 54, "W4": 54}
    assert set(boxes_of(four, Room(718, 296), 3)) == {"W3", "W4"}
    alone = replace(four, ended=frozenset(), workers=workers(2))
    assert boxes_of(alone, Room(718, 296), 1) == dict.fromkeys(workers(2), 54)


def test_the_text_is_of_labels_only() -> None:
    assert describe(pair(), TITLES, PASSING) == (
        "clients → nginx; nginx → web\n  nginx  Nginx: W1 W2 M\n  web    Gunicorn: W1 W2 M"
    )
    assert "and 38 more" in describe(pair(50), TITLES, PASSING)
    alone = describe(pair(), TITLES, PASSING[:1])
    assert alone.splitlines()[-1].endswith("; no server here passes requests to it")


def test_a_servers_name_is_its_masters_box_where_there_is_room_for_one_of_them() -> None:
    names = [f"web{number}" for number in range(6)]
    layout = lay_out([Block(name, 0, workers(3), ("SV", "M")) for name in names], [])
    assert {block.named.key for block in layout.blocks.values() if block.named} == {f"{n} M" for n in names}
    titles = dict.fromkeys(names, "Gunicorn")
    assert "  web0  Gunicorn: W1 M and 2 more; " in describe(layout, titles, [])
    assert draw(layout, titles, []).count(f'stroke="{LIGHT["master"]}"') == len(names)


def test_the_picture_stands_alone_and_says_what_it_shows() -> None:
    picture = ElementTree.fromstring(draw(pair(), TITLES, PASSING))
    said = "".join(picture.itertext())
    assert picture.attrib["aria-label"] == "Deployment: clients → nginx; nginx → web"
    assert describe(pair(), TITLES, PASSING) in said
    assert "socket" in said


def test_a_supervisor_is_no_server() -> None:
    kept = lay_out([Block("nginx", 0, workers(1), ("SV", "M"))], PASSING[:1])
    written = [one.text for one in ElementTree.fromstring(draw(kept, TITLES, PASSING[:1])).iter() if one.text]
    assert "supervisor" in written
    assert "server" not in written


def test_a_way_goes_through_every_process_of_it() -> None:
    layout = pair()
    areas = {box.key: box.area for block in layout.blocks.values() for box in block.boxes}
    routes = Routes(layout)
    whole = routes.through(3, ("nginx W2", "web W1"), from_clients=True)
    middle = areas["nginx W2"].y + areas["nginx W2"].height / 2
    slot = layout.slots[3]
    assert whole.startswith(f"M{slot.x + slot.width:g} {slot.y + slot.height / 2:g} ")
    assert (
        f" {areas['nginx W2'].x:g} {middle:g} L{areas['nginx W2'].x + areas['nginx W2'].width:g} {middle:g} "
        in whole
    )
    assert whole.endswith(f" {areas['web W1'].x:g} {areas['web W1'].y + areas['web W1'].height / 2:g}")
    # Of whom only the server is known, the way ends at its gate; from whom nobody knows, it begins at one.
    gate = layout.blocks["web"].gate
    assert routes.between("nginx W1", "web").endswith(f" {gate.x:g} {gate.y + gate.height / 2:g}")
    assert routes.through(None, ("web W1",), from_clients=False).startswith(f"M{gate.x - 30:g} ")
    assert routes.through(None, ("gone W1",), from_clients=True) == ""


def test_a_new_worker_stands_where_a_dead_one_stood() -> None:
    here = boxes(4)  # M, W1 to W4
    assert replaced([], here[:3]) == ["M", "W1", "W2"]
    assert replaced(["M", "W1", "W2"], [here[0], here[2], here[3]]) == ["M", "W3", "W2"]
    assert replaced(["M", "W1", "W2"], here) == ["M", "W1", "W2", "W3", "W4"]
    assert replaced(["M", "W1", "W2", "W3"], [here[0], here[2]]) == ["M", "W2"]


def test_who_has_ended_is_told_apart_as_long_as_others_live() -> None:
    master, *here = boxes(workers=5)
    dead = [replace(box, mood="dead") for box in here[:3]]
    now = [master, *dead, *here[3:]]
    assert ended(["M", "W1", "W2", "W3", "W4", "W5"], now) == {"W1", "W2", "W3"}
    # Others took the places of the first two.
    assert ended(["M", "W4", "W5", "W3"], now) == {"W3"}
    assert ended(["M", "W1", "W2", "W3"], now) == frozenset()
