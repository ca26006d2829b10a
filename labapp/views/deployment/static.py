"""A deployment where nothing runs: a picture and a text of labels, the same in every run."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from labapp.servers import count
from labapp.views.deployment.layout import CLIENT_WIDTH, LEFT, TOP, Layout
from labapp.views.svg import leaf, opening, text
from labapp.views.theme import LIGHT, SANS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from labapp.views.deployment.column import Placed, PlacedBlock
    from labapp.views.deployment.layout import Wire

Look = dict[str, Any]
INK, SOFT, EDGE, BUSY = LIGHT["ink"], LIGHT["soft"], LIGHT["edge"], LIGHT["busy"]
LETTER, SMALL = 9.3, 7.2  # pixels of a letter of a heading, and of what is said beside it, about
INSET = 8  # pixels from the edge of a name that is a box as well to its letters
ALONE = "no server here passes requests to it"

_ROLES = {"W": "worker", "M": "master", "S": "server", "SV": "supervisor"}


def draw(layout: Layout, titles: Mapping[str, str], passing: Sequence[tuple[str, str]]) -> str:
    """Return the picture, on a card of the page's width; `titles` are the servers' kinds."""
    said = describe(layout, titles, passing)
    height = layout.bottom + TOP
    size: Look = {"viewBox": f"0 0 {layout.width:g} {height:g}", "width": layout.width, "height": height}
    named: Look = {"role": "img", "aria_label": f"Deployment: {said.splitlines()[0]}", "font_family": SANS}
    card: Look = {"rx": 10, "fill": LIGHT["paper"], "stroke": LIGHT["line"]}
    first, reached = layout.slots[0], {end for _, end in passing}
    box: Look = {"rx": first.radius, "fill": LIGHT["card"], "stroke": EDGE}
    lines = [
        opening("svg", xmlns="http://www.w3.org/2000/svg", **size, **named),
        f"<title>Deployment: {escape(said.splitlines()[0])}</title>",
        f"<desc>{escape(said)}</desc>",
        leaf("rect", x=0.5, y=0.5, width=layout.width - 1, height=height - 1, **card),
        *(_wire(wire) for wire in layout.wires),
        text(LEFT, TOP + 16, "clients", 16, INK, bold=True),
        text(LEFT, TOP + 35, "who connects", 12.5, SOFT),
        leaf("rect", x=first.x, y=first.y, width=CLIENT_WIDTH, height=first.height, **box),
        text(first.x + 12, first.y + 26, "a request", 14, INK),
        *(
            line
            for block in layout.blocks.values()
            for line in _block(block, titles[block.name], block.name in reached)
        ),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def describe(layout: Layout, titles: Mapping[str, str], passing: Sequence[tuple[str, str]]) -> str:
    """Say who passes requests to whom, and of what processes each server is."""
    names = {"": "clients"}
    ways = "; ".join(
        f"{names.get(start, start)} → {', '.join(end for one, end in passing if one == start)}"
        for start in dict.fromkeys(start for start, _ in passing)
    )
    wide = max(map(len, layout.blocks), default=0)
    reached = {end for _, end in passing}
    lines = [ways or "clients"]
    for name, block in layout.blocks.items():
        drawn = [*block.boxes, *([block.named] if block.named else [])]
        labels = " ".join(box.key.rpartition(" ")[2] for box in drawn)
        more = f" and {block.more} more" if block.more else ""
        alone = "" if name in reached else f"; {ALONE}"
        lines.append(f"  {name:{wide}}  {titles[name]}: {labels}{more}{alone}")
    return "\n".join(lines)


def facts(block: PlacedBlock) -> str:
    """Say what a server consists of."""
    workers = sum(box.key.rpartition(" ")[2].startswith("W") for box in block.boxes) + block.more
    return count(workers, "worker") if workers else "one process" if block.boxes else "no process"


def heading(block: PlacedBlock, title: str) -> str:
    """Return what stands above a server: its name and its kind, or of the name alone what fits."""
    both = title if title.lower() == block.name else f"{block.name}: {title}"
    most = int((block.width - 2 * INSET * bool(block.named)) / LETTER)
    shown = both if len(both) <= most else block.name
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def _wire(wire: Wire) -> str:
    return leaf("path", d=wire.path, fill="none", stroke=BUSY, stroke_width=1.6)


def _block(block: PlacedBlock, title: str, reached: bool) -> Iterator[str]:
    gate = block.gate
    shape: Look = {"width": gate.width, "height": gate.height, "rx": gate.radius}
    above, figures = heading(block, title), facts(block) if reached else "unconnected"
    inset = INSET * bool(block.named)
    if block.named:
        yield _frame(block.named, LIGHT["master"], "none")
    yield text(block.x + inset, block.y + 16, above, 16, INK, bold=True)
    if not block.brief:
        yield text(block.x, block.y + 35, figures, 12.5, SOFT)
    elif len(above) * LETTER + len(figures) * SMALL < block.width - 2 * inset:
        yield text(block.x + block.width - inset, block.y + 16, figures, 12.5, SOFT, anchor="end")
    yield text(gate.x + gate.width + 2, gate.y - 5, "socket", 12, SOFT, anchor="end", halo=LIGHT["paper"])
    for box in block.boxes:
        y = box.area.y + box.area.height / 2
        yield leaf("path", d=f"M{gate.x + gate.width:g} {y:g} H{box.area.x:g}", stroke=INK, stroke_width=1.2)
        yield from _box(box)
    yield leaf("rect", x=gate.x, y=gate.y, **shape, fill=LIGHT["paper"], stroke=INK, stroke_width=1.6)
    if block.more:
        last = [box for box in block.boxes if "W" in box.key.rpartition(" ")[2]][-1].area
        yield text(block.x + 4, last.y + last.height + 15, f"and {block.more} more", 12.5, SOFT)


def _frame(box: Placed, colour: str, fill: str = LIGHT["card"]) -> str:
    area = box.area
    look: Look = {"rx": area.radius, "fill": fill, "stroke": colour, "stroke_width": 1.4}
    return leaf("rect", x=area.x, y=area.y, width=area.width, height=area.height, **look)


def _box(box: Placed) -> Iterator[str]:
    area, label = box.area, box.key.rpartition(" ")[2]
    role = _ROLES.get(label.rstrip("0123456789"), "helper")
    head = role in ("master", "server")
    yield _frame(box, LIGHT["master"] if head else EDGE)
    y = area.y + area.height / 2 + 5
    yield text(area.x + 12, y, label, 15, LIGHT["master"] if head else INK, bold=True)
    yield text(area.x + 22 + 11 * len(label), y, role, 13, SOFT)
