"""The geometry, held to what a reader needs: nothing overlaps, nothing sticks out, every word fits."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations

import pytest
from support.made_up import SOCKET, boxes

from labapp.views.tree.boxes import Box
from labapp.views.tree.families import find_families
from labapp.views.tree.layout import HALF, NARROW, lay_out
from labapp.views.tree.picture import Picture

SIZES = [0, 1, 5, 10, 11, 12, 24, 50, 60, 200]
WIDTHS = [HALF, NARROW]


def upgraded() -> list[Box]:
    """Two masters after USR2, each with workers."""
    second = [replace(box, parent="M2") for box in boxes(9)[7:]]
    return [*boxes(6), Box("M2", "master", 4000, "M", sockets=(SOCKET,)), *second]


SCENES = {
    **{f"{size} workers": boxes(size) for size in SIZES},
    "orphans": boxes(4, master=False),
    "many orphans": boxes(40, master=False),
    "two masters": upgraded(),
    "a single process": [Box("S", "server", 1, sockets=(SOCKET,))],
    "three sockets": [replace(box, sockets=(SOCKET, "127.0.0.1:1", "unix:/run/x")) for box in boxes(3)],
    "a worker's child": [*boxes(2), Box("H1", "helper", 9, "W1"), Box("H2", "helper", 10, "H1")],
    "a supervisor": [
        *(replace(box, parent=box.parent or "SV") for box in boxes(2)),
        Box("SV", "supervisor", 1),
    ],
    "nothing": [],
}


def rectangles(picture: Picture) -> dict[str, tuple[float, float, float, float]]:
    found = {}
    for place in picture.places:
        shape = picture.shapes[place.shape]
        found[place.key] = (place.x, place.y, place.x + shape.width, place.y + shape.height)
    for pill in picture.pills:
        found[pill.key] = (pill.x, pill.y, pill.x + pill.width, pill.y + pill.height)
    for frame in picture.frames:
        if frame.labels:
            found[frame.key] = (frame.x, frame.y, frame.x + frame.width, frame.y + frame.height)
    return found


@pytest.fixture(params=SCENES)
def scene(request: pytest.FixtureRequest) -> list[Box]:
    return SCENES[request.param]


@pytest.mark.parametrize("width", WIDTHS)
def test_every_box_has_its_place(scene, width):
    picture = lay_out(scene, width)
    assert sorted(place.key for place in picture.places) == sorted(box.key for box in scene)
    assert picture.width == width


@pytest.mark.parametrize("screen", [570, 150])
@pytest.mark.parametrize("column", [10, 0])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overlaps_and_nothing_sticks_out(scene, width, column, screen):
    picture = lay_out(scene, width, column=column, screen=screen)
    found = rectangles(picture)
    for left, top, right, bottom in found.values():
        assert left >= 0
        assert top >= 0
        assert right <= picture.width
        assert bottom <= picture.height
    for (one, a), (other, b) in combinations(found.items(), 2):
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, f"{one} and {other} overlap"


@pytest.mark.parametrize("width", WIDTHS)
def test_workers_stand_within_their_masters_frame(width):
    picture = lay_out(upgraded(), width)
    found = rectangles(picture)
    for family in find_families(upgraded()):
        frame = next(frame for frame in picture.frames if frame.key == f"{family.key} workers")
        for box in family.members:
            left, top, right, bottom = found[box.key]
            assert frame.x < left < right < frame.x + frame.width
            assert frame.y < top < bottom < frame.y + frame.height


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("size", SIZES)
def test_the_picture_stays_on_a_screen(size, width):
    picture = lay_out(boxes(size), width)
    assert picture.height <= (760 if size <= 96 else 1400)
    if 7 < size <= 60 and width == HALF:
        assert lay_out(boxes(size), width, column=0, screen=150).height <= 370


def test_lines_to_workers_never_pass_through_the_master():
    picture = lay_out(boxes(6))
    left, top, right, bottom = rectangles(picture)["M"]
    ties = [link for link in picture.links if link.kind == "held" and not link.key.endswith(">M")]
    assert len(ties) == 6
    for link in ties:
        for x, y in points(link.path):
            assert not (left < x < right and top < y < bottom), link.key


def points(path: str) -> list[tuple[float, float]]:
    """Return points along a cubic curve `M… C…`."""
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path)]
    a, b, c, d = zip(numbers[::2], numbers[1::2], strict=True)
    steps = [step / 50 for step in range(51)]

    def at(t: float, axis: int) -> float:
        s = 1 - t
        return s**3 * a[axis] + 3 * s * s * t * b[axis] + 3 * s * t * t * c[axis] + t**3 * d[axis]

    return [(at(t, 0), at(t, 1)) for t in steps]


def test_each_process_is_tied_to_its_parent_and_to_the_socket_it_holds():
    idle = replace(boxes(3)[2], sockets=())
    picture = lay_out([*boxes(3)[:2], idle])
    ties = {(link.kind, link.key) for link in picture.links}
    assert ties == {
        ("family", "M>W1"),
        ("family", "M>W2"),
        ("held", f"{SOCKET}>M"),
        ("held", f"{SOCKET}>W1"),
    }


def test_a_second_master_is_tied_to_the_first():
    keys = {(link.kind, link.key) for link in lay_out(upgraded()).links}
    assert ("family", "M>M2") in keys
    assert ("held", f"{SOCKET}>M2") in keys


def test_a_supervisor_stands_above_its_master_and_is_tied_to_it():
    picture = lay_out(SCENES["a supervisor"])
    above, below = (next(place for place in picture.places if place.key == key) for key in ("SV", "M"))
    assert above.y < below.y
    assert "SV>M" in {link.key for link in picture.links}
    assert not any(frame.labels for frame in picture.frames)


def test_an_absent_master_is_drawn_as_absent():
    (frame,) = lay_out(boxes(3, master=False)).frames
    assert [label.words for label in frame.labels] == ["no master", "nobody replaces these"]


def test_when_all_have_ended_an_absent_master_is_told_of_in_the_past():
    ended = [replace(box, mood="dead", sockets=()) for box in boxes(3, master=False)]
    for column in (10, 0):
        (frame, *_) = lay_out(ended, column=column).frames
        assert [label.words for label in frame.labels] == ["no master", "nobody replaced these"]


def test_a_death_moves_nobody_in_the_column():
    living = boxes(5)
    dying = [*living[:3], replace(living[3], mood="dead"), *living[4:], Box("W6", "worker", 9, "M")]
    before = {place.key: (place.x, place.y) for place in lay_out(living).places}
    after = {place.key: (place.x, place.y) for place in lay_out(dying).places}
    assert before.items() <= after.items()


@pytest.mark.parametrize(
    "box",
    [
        Box("W888", "worker", 4194304, "M", state="sleeping", cpu=100, memory=188, threads=18),
        Box("W888", "worker", 4194304, "M", mood="born", state="running"),
        Box("W888", "worker", 4194304, "M", mood="dead", verdict="exited with status 143", lived=88),
        Box("W888", "worker", 4194304, "M", mood="dead", verdict="killed by SIGVTALRM", lived=88),
        Box("W888", "worker", 4194304, "M", state="stopped", cpu=100, memory=188),
        Box("M", "master", 4194304, state="sleeping", cpu=100, memory=188, threads=2),
        Box("M2", "master", 4194304, mood="dead", verdict="exited with status 143"),
        Box("M2", "master", 4194304, mood="born"),
        Box("SV", "supervisor", 4194304, cpu=100, memory=188, threads=2),
    ],
    ids=lambda box: f"{box.key}-{box.mood}-{box.state}",
)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("size", [1, 8, 12, 40, 80, 200])
def test_every_word_fits_its_box(box, size, width):
    others = [other for other in boxes(size) if other.key != box.key]
    family = [*others, box] if box.is_head else [*others[:1], box, *others[2:]]
    picture = lay_out(family, width)
    place = next(place for place in picture.places if place.key == box.key)
    shape = picture.shapes[place.shape]
    words = {part: text.replace("{age}", "99 s") for part, text in box.words.items()}
    if box.mood == "dead":
        words["lived"] = "lived 88 s, served 99.9k; 18 requests lost"[: 99 if width == HALF else 10]
    else:
        words["served"] = "99.9k served"
    spans = []
    for slot in shape.slots:
        if slot.part in words:
            # Half an em a letter is what a sans serif takes, six tenths a monospaced one; a mark, a W and
            # three figures, in bold, are wide.
            ems = {"pid": 0.6, "chip": 0.81}.get(slot.part, 0.53)
            long = len(words[slot.part]) * slot.size * ems
            start = slot.x - {"start": 0, "middle": long / 2, "end": long}[slot.anchor]
            assert start >= 0
            assert start + long <= shape.width, f"{words[slot.part]!r} sticks out"
            spans.append((slot.y, start, start + long, words[slot.part]))
    for (y, start, end, one), (other_y, other_start, other_end, other) in combinations(spans, 2):
        beside = end <= other_start or other_end <= start
        assert abs(y - other_y) > 8 or beside, f"{one!r} runs into {other!r} in {shape.name}"


def test_no_word_is_too_small_for_the_last_row():
    for size in SIZES:
        for width in WIDTHS:
            shapes = lay_out(boxes(size), width).shapes.values()
            assert min((slot.size for shape in shapes for slot in shape.slots), default=99) >= 12


def test_a_long_address_loses_its_middle():
    address = "unix:/home/someone/a/very/long/path/to/the/gunicorn.sock"
    (pill,) = lay_out([Box("S", "server", 1, sockets=(address,))]).pills
    assert pill.key == address
    label = next(label for label in pill.labels if label.part == "address")
    assert label.words.startswith("unix:/")
    assert label.words.endswith("n.sock")
    assert len(label.words) * label.size * 0.6 <= pill.width
