"""Few workers: one column on the right, their master above it, the listening socket on the left.

No line to a worker passes through the master: a diagram in which it does tells the oldest untruth about
prefork servers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from labapp.views.svg import PAGE_WIDTH, Point
from labapp.views.tree.families import held_sockets
from labapp.views.tree.picture import MARGIN, PILL_HEIGHT, Curve, Picture, Pill, missing_master, socket_pill
from labapp.views.tree.shapes import head, wide

if TYPE_CHECKING:
    from labapp.views.tree.families import Family

INDENT = 16  # of a process below another worker


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where master, socket and workers stand.

    So many workers have a `roomy` box each; `below`: the first begins below the master, not beside it.
    """

    margin: float
    pill: float
    master_x: float
    master: float
    plug: Literal["left", "below"]
    worker: float
    roomy: int
    below: bool
    bends: tuple[float, float]


# On a page, and in half a window, where workers tell of their requests, too.
PAGE = Geometry(MARGIN, 166, 150, 222, "left", 340, 6, True, (120, 130))
HALF = Geometry(12, 160, 12, 190, "below", 374, 0, False, (28, 28))


def draw_column(picture: Picture, family: Family) -> None:
    """Draw a family of at most ten or so, each with its own lines."""
    form = HALF if picture.width < PAGE_WIDTH else PAGE
    height, gap = (54, 9) if len(family.members) <= form.roomy else (46, 7)
    left, master = picture.width - form.margin - form.worker, head(form.master, plug=form.plug)
    shoulder, under = form.margin + master.height / 2, form.margin + master.height + 14
    if family.head:
        picture.put(family.head, master, form.master_x, form.margin)
    elif family.members:
        picture.frames.append(missing_master(form.master_x, form.margin, form.master, master.height))
    y = top = under if form.below else form.margin
    trunk = f"M{form.master_x + form.master} {shoulder} H{left - 18}"
    for box in family.members:
        depth = family.depths[box.key] * INDENT
        shape = wide(form.worker - depth, height)
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
    pill_y = max(under, middle - (len(sockets) * (PILL_HEIGHT + 8) - 8) / 2)
    for address, caption in sockets:
        socket = socket_pill(address, caption, form.margin, pill_y, form.pill)
        picture.pills.append(socket)
        picture.reach(pill_y + PILL_HEIGHT)
        _tie_holders(picture, family, socket, form)
        pill_y += PILL_HEIGHT + 8


def _tie_holders(picture: Picture, family: Family, pill: Pill, form: Geometry) -> None:
    """Draw a line from a socket to each process that holds it."""
    out, turn, start = pill.x + pill.width, pill.x + pill.width / 2, pill.y + pill.height / 2
    for place, box in zip(picture.places, family.boxes, strict=True):
        if pill.key not in box.sockets:
            continue
        shape = picture.shapes[place.shape]
        shoulder, foot = place.y + shape.height / 2, place.y + shape.height
        if box is not family.head:
            bends = Point(out + form.bends[0], start), Point(place.x - form.bends[1], shoulder)
            curve = Curve((Point(out, start), *bends, Point(place.x, shoulder)))
            picture.tie(pill.key, box.key, "held", curve)
        elif form.plug == "below":
            picture.tie(pill.key, box.key, "held", f"M{turn} {pill.y} V{foot}")
        else:
            path = f"M{turn} {pill.y} V{shoulder + 12} Q{turn} {shoulder} {turn + 12} {shoulder} H{place.x}"
            picture.tie(pill.key, box.key, "held", path)
