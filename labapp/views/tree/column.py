"""Few workers: one column on the right, at the left their master, and below it the listening socket.

No line to a worker passes through the master: a diagram in which it does tells the oldest untruth about
prefork servers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labapp.views.svg import Point
from labapp.views.tree.families import held_sockets
from labapp.views.tree.picture import PILL_HEIGHT, Curve, Picture, Pill, missing_master, socket_pill
from labapp.views.tree.shapes import head, wide

if TYPE_CHECKING:
    from labapp.views.tree.families import Family

MARGIN = 12
MASTER, PILL, WORKER = 190, 160, 374  # their widths
HEIGHT, GAP = 46, 7  # of a worker, and below it
INDENT = 16  # of a process below another worker
BELOW = 14  # from a master to the socket
BEND = 28  # of the lines from the socket


def draw_column(picture: Picture, family: Family) -> None:
    """Draw a family of at most ten or so, each with its own lines."""
    left, master = picture.width - MARGIN - WORKER, head(MASTER, plug="below")
    shoulder, under = MARGIN + master.height / 2, MARGIN + master.height + BELOW
    if family.head:
        picture.put(family.head, master, MARGIN, MARGIN)
    elif family.members:
        picture.frames.append(missing_master(family.members, MARGIN, MARGIN, MASTER, master.height))
    y: float = MARGIN
    trunk = f"M{MARGIN + MASTER} {shoulder} H{left - 18}"
    for box in family.members:
        depth = family.depths[box.key] * INDENT
        shape = wide(WORKER - depth, HEIGHT)
        picture.put(box, shape, left + depth, y)
        if depth:
            corner = left + depth - 8
            picture.tie(box.parent, box.key, "family", f"M{corner} {y - GAP} V{y + 16} H{left + depth}")
        elif family.head:
            picture.tie(family.key, box.key, "family", f"{trunk} V{y + 16} H{left}")
            trunk = f"M{left - 18} {y + 16}"
        y += HEIGHT + GAP
    sockets = held_sockets(family.boxes)
    middle = (MARGIN + max(y - GAP, MARGIN + PILL_HEIGHT)) / 2
    pill_y = max(under, middle - (len(sockets) * (PILL_HEIGHT + 8) - 8) / 2)
    for address, caption in sockets:
        socket = socket_pill(address, caption, MARGIN, pill_y, PILL)
        picture.pills.append(socket)
        picture.reach(pill_y + PILL_HEIGHT)
        _tie_holders(picture, family, socket)
        pill_y += PILL_HEIGHT + 8


def _tie_holders(picture: Picture, family: Family, pill: Pill) -> None:
    """Draw a line from a socket to each process that holds it."""
    out, turn, start = pill.x + pill.width, pill.x + pill.width / 2, pill.y + pill.height / 2
    for place, box in zip(picture.places, family.boxes, strict=True):
        if pill.key not in box.sockets:
            continue
        shape = picture.shapes[place.shape]
        shoulder, foot = place.y + shape.height / 2, place.y + shape.height
        if box is family.head:
            picture.tie(pill.key, box.key, "held", f"M{turn} {pill.y} V{foot}")
        else:
            bends = Point(out + BEND, start), Point(place.x - BEND, shoulder)
            curve = Curve((Point(out, start), *bends, Point(place.x, shoulder)))
            picture.tie(pill.key, box.key, "held", curve)
