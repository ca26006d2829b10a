"""Decide where everything of a process tree is drawn: the one place that chooses its geometry.

Few workers stand in one column beside their master, each tied to it and to the listening socket. More of
them, or more than one master, or little room: framed grids below each master.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labapp.views.svg import HALF_WIDTH
from labapp.views.tree.column import draw_column
from labapp.views.tree.families import find_families
from labapp.views.tree.grids import SCREEN, draw_grids
from labapp.views.tree.picture import Picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from labapp.views.tree.boxes import Box

# Half a window, and a narrow one; painters scale up from these.
HALF, NARROW = HALF_WIDTH, 420
COLUMN = 10  # more workers than this do not stand in one column


def lay_out(
    boxes: Sequence[Box], width: float = HALF, *, column: int = COLUMN, screen: float = SCREEN
) -> Picture:
    """Return where each box, socket, frame and line goes in a picture `width` wide.

    At most `column` workers stand in one column; grids higher than `screen` have smaller boxes.
    """
    picture = Picture(width)
    groups = find_families(boxes)
    if width >= HALF and len(groups) == 1 and len(groups[0].members) <= column:
        draw_column(picture, groups[0])
    else:
        draw_grids(picture, groups, screen)
    picture.reach(0)
    return picture
