"""Few workers: one column on the right, their master above it, the listening socket on the left.

No line to a worker passes through the master: a diagram in which it does tells the oldest untruth about
prefork servers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labapp.views.svg import Point
from labapp.views.tree.families import held_sockets
from labapp.views.tree.picture import MARGIN, PILL_HEIGHT, Curve, Picture, Pill, missing_master, socket_pill
from labapp.views.tree.shapes import head, wide

if TYPE_CHECKING:
    from labapp.views.tree.families import Family

MASTER_WIDTH, PILL_WIDTH = 222, 166
MASTER_X, WORKER_WIDTH = 150, 340
BUSY_MASTER_X, BUSY_WORKER_WIDTH = 124, 374  # where workers tell of their requests
INDENT = 16  # of a process below another worker


def draw_column(picture: Picture, family: Family, *, traffic: bool = False) -> None:
    """Draw a family of at most ten or so, each with its own lines; with `traffic` a worker has more room."""
    x, breadth = (BUSY_MASTER_X, BUSY_WORKER_WIDTH) if traffic else (MASTER_X, WORKER_WIDTH)
    few = len(family.members) <= 6
    height, gap = (54, 9) if few else (46, 7)
    left, master = picture.width - MARGIN - breadth, head(MASTER_WIDTH)
    shoulder = MARGIN + master.height / 2
    if family.head:
        picture.put(family.head, master, x, MARGIN)
    elif family.members:
        picture.frames.append(missing_master(x, MARGIN, MASTER_WIDTH, master.height))
    y = top = MARGIN + master.height + 14
    trunk = f"M{x + MASTER_WIDTH} {shoulder} H{left - 18}"
    for box in family.members:
        depth = family.depths[box.key] * INDENT
        shape = wide(breadth - depth, height)
        picture.put(box, shape, left + depth, y)
        if depth:
            corner = left + depth - 8
            picture.tie(box.parent, box.key, "family", f"M{corner} {y - gap} V{y + 16} H{left + depth}")
        elif family.head:
            picture.tie(family.key, box.key, "family", f"{trunk} V{y + 16} H{left}")
            trunk = f"M{left - 18} {y + 16}"
        y += height + gap
    sockets = held_sockets(family.boxes)
    middle = (top + max(y - gap, top + PILL_HEIGHT)) / 2
    pill_y = max(top, middle - (len(sockets) * (PILL_HEIGHT + 8) - 8) / 2)
    for address, caption in sockets:
        socket = socket_pill(address, caption, MARGIN, pill_y, PILL_WIDTH)
        picture.pills.append(socket)
        picture.reach(pill_y + PILL_HEIGHT)
        _tie_holders(picture, family, socket, shoulder)
        pill_y += PILL_HEIGHT + 8


def _tie_holders(picture: Picture, family: Family, pill: Pill, shoulder: float) -> None:
    """Draw a line from a socket to each process that holds it."""
    out, turn, start = pill.x + pill.width, pill.x + pill.width / 2, pill.y + pill.height / 2
    for place, box in zip(picture.places, family.boxes, strict=True):
        if pill.key not in box.sockets:
            continue
        if box is family.head:
            path = f"M{turn} {pill.y} V{shoulder + 12} Q{turn} {shoulder} {turn + 12} {shoulder} H{place.x}"
            picture.tie(pill.key, box.key, "held", path)
        else:
            end = place.y + picture.shapes[place.shape].height / 2
            bends = Point(out + 120, start), Point(place.x - 130, end)
            curve = Curve((Point(out, start), *bends, Point(place.x, end)))
            picture.tie(pill.key, box.key, "held", curve)
