"""Many workers, several masters, or little room: below each master its workers in a framed grid.

Kinship runs down the left edge of the picture, sockets down the right.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from labapp.views.svg import Point
from labapp.views.tree.families import held_sockets
from labapp.views.tree.picture import MARGIN, PILL_HEIGHT, Frame, Picture, Pill, missing_master, socket_pill
from labapp.views.tree.shapes import Shape, card, chip, head, stamp, tile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from labapp.views.tree.families import Family

SCREEN = 570  # grids higher than this, all together, take a smaller shape
PADDING, GAP, PLUG = 10, 7, 24
HEAD, LONG_HEAD = 240, 290  # pixels of a master's width; of all of them, where one's
LONG_ROLE = 6  # has more letters: a supervisor
LONG = 4  # letters of a label that needs more room: W100


def draw_grids(picture: Picture, groups: Sequence[Family], screen: float = SCREEN) -> None:
    """Draw each family: its master, and below it the framed grid of its workers."""
    right = picture.width - MARGIN
    pill_width = min(220, (picture.width - 2 * MARGIN - 12) * 0.47)
    wanted = LONG_HEAD if any(group.head and len(group.head.role) > LONG_ROLE for group in groups) else HEAD
    master = head(min(wanted, picture.width - 2 * MARGIN - 12 - pill_width), plug="right")
    y: float = MARGIN
    for address, caption in held_sockets(box for group in groups for box in group.boxes):
        picture.pills.append(socket_pill(address, caption, right - pill_width, y, pill_width))
        y += PILL_HEIGHT + 8
    below_pills = y - 8 if picture.pills else 0
    shape, columns = _fit(picture.width - 2 * (MARGIN + PADDING), groups, screen)
    shoulders: dict[str, float] = {}
    y = MARGIN
    for group in groups:
        bottom, shoulder = y + master.height, y + master.height / 2
        if group.head:
            picture.put(group.head, master, MARGIN, y)
            shoulders[group.key] = shoulder
            if (above := shoulders.get(group.head.parent)) is not None:
                path = f"M{MARGIN} {above} H{MARGIN / 2} V{shoulder} H{MARGIN}"
                picture.tie(group.head.parent, group.key, "family", path)
            _tie_master(picture, group, MARGIN + master.width, shoulder)
        else:
            picture.frames.append(missing_master(group.members, MARGIN, y, master.width, master.height))
        bottom = max(bottom, below_pills)
        if group.members:
            frame = _draw_grid(picture, group, shape, columns, bottom + 22)
            if group.head:
                path = f"M{MARGIN + 36} {y + master.height} V{frame.y}"
                picture.tie(group.key, frame.key, "family", path)
            _tie_frame(picture, group, frame)
            bottom = frame.y + frame.height
        picture.reach(bottom)
        below_pills, y = 0, bottom + 20


def _fit(width: float, groups: Sequence[Family], screen: float) -> tuple[Shape, int]:
    """Choose the most telling shape whose grids fit on a screen, and how many go in a row."""
    sizes = [len(group.members) for group in groups]
    longest = max((len(box.key) for group in groups for box in group.members), default=0)
    for make, least in ((card, 180), (tile, 134), (stamp, 91), (chip, 49 if longest < LONG else 52)):
        columns = int((width + GAP) // (least + GAP))
        shape = make((width + GAP) / columns - GAP)
        if sum(ceil(size / columns) for size in sizes) * (shape.height + GAP) <= screen:
            break
    return shape, columns


def _draw_grid(picture: Picture, group: Family, shape: Shape, columns: int, y: float) -> Frame:
    """Place the members of a family row by row, and a frame around them."""
    left, top = MARGIN + PADDING, y + PADDING
    for number, box in enumerate(group.members):
        row, column = divmod(number, columns)
        x = left + column * (shape.width + GAP)
        picture.put(box, shape, round(x, 1), top + row * (shape.height + GAP))
    rows = ceil(len(group.members) / columns)
    height = rows * (shape.height + GAP) - GAP + 2 * PADDING
    width = picture.width - 2 * MARGIN
    plugged = any(box.sockets for box in group.members)
    plug = Point(MARGIN + width, y + PLUG) if plugged else None
    frame = Frame(f"{group.key} workers", MARGIN, y, width, height, plug=plug)
    picture.frames.append(frame)
    return frame


def _tie_master(picture: Picture, group: Family, edge: float, shoulder: float) -> None:
    """Tie a master to the sockets it holds: straight where they are level, else by the right margin."""
    for pill in picture.pills:
        if group.head and pill.key in group.head.sockets:
            level = pill.y <= shoulder <= pill.y + pill.height
            start = f"M{pill.x} {shoulder}" if level else _margin(picture, pill, shoulder)
            picture.tie(pill.key, group.key, "held", f"{start} H{edge}")


def _tie_frame(picture: Picture, group: Family, frame: Frame) -> None:
    """Tie a frame's right edge to the sockets that its processes hold."""
    for pill in picture.pills:
        if frame.plug and any(pill.key in box.sockets for box in group.members):
            path = f"{_margin(picture, pill, frame.plug.y)} H{frame.plug.x}"
            picture.tie(pill.key, frame.key, "held", path)


def _margin(picture: Picture, pill: Pill, y: float) -> str:
    """Return the way from a socket's right edge down the picture's margin to the level `y`."""
    return f"M{pill.x + pill.width} {pill.y + pill.height / 2} H{picture.width - MARGIN / 2} V{y}"
