"""Paint a laid-out picture as SVG that stands alone: on GitHub, on a printed page, wherever nothing runs.

What varies from run to run (pid, port, processor, memory) is plain text that a sanitiser can recognise, and
nothing is drawn to its measure.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from labapp.views.svg import leaf, number, opening, text
from labapp.views.theme import LIGHT, OUTLINES, SANS
from labapp.views.tree.families import held_sockets
from labapp.views.tree.layout import lay_out
from labapp.views.tree.picture import PLUG_RADIUS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from labapp.views.svg import Area, Point
    from labapp.views.tree.boxes import Box
    from labapp.views.tree.picture import Frame, Picture, Pill, Place
    from labapp.views.tree.shapes import Slot

Look = dict[str, Any]

BANNER, BANNER_LINE, BANNER_MARGIN = 46, 22, 16
# About the width of a letter of the command, and of one of the facts, which are in proportional type.
COMMAND_LETTER, FACTS_LETTER = 9.06, 7.2
MONO_PARTS = {"pid", "address"}
BOLD_PARTS = {"tag", "kind", "chip", "name"}

INK, SOFT, EDGE = LIGHT["ink"], LIGHT["soft"], LIGHT["edge"]


def draw(boxes: Sequence[Box], title: str, banner: Sequence[str] = ()) -> str:
    """Return the picture of a process tree on a light card that reads well on any page.

    `title` names it for a screen reader; `banner` gives the words above it: a command, then facts.
    """
    picture = lay_out(boxes)
    picture.reach(44)
    width = picture.width
    above, top = _banner(banner, width) if banner else ([], 0)
    height = picture.height + top
    size: Look = {"viewBox": f"0 0 {number(width)} {number(height)}", "width": width, "height": height}
    named: Look = {"role": "img", "aria_label": title, "font_family": SANS}
    edge: Look = {"rx": 10, "fill": LIGHT["paper"], "stroke": LIGHT["line"]}
    by_key = {box.key: box for box in boxes}
    lines = [
        opening("svg", xmlns="http://www.w3.org/2000/svg", **size, **named),
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(describe(boxes))}</desc>",
        leaf("rect", x=0.5, y=0.5, width=width - 1, height=height - 1, **edge),
        *above,
        f'<g transform="translate(0 {top})">',
        *_scenery(picture),
        *(line for place in picture.places for line in _box(picture, place, by_key[place.key])),
        *(() if boxes else (text(width / 2, 38, "no process is left", 14, SOFT, anchor="middle"),)),
        "</g>",
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def describe(boxes: Sequence[Box]) -> str:
    """Say in sentences what the picture shows."""
    if not boxes:
        return "No process is running."
    processes = "; ".join(
        f"{box.key}: {box.role}, pid {box.pid}" + (f", child of {box.parent}" if box.parent else "")
        for box in boxes
    )
    sockets = "".join(f". Listening socket {address}, {how}" for address, how in held_sockets(boxes))
    return f"{processes}{sockets}."


def _banner(words: Sequence[str], width: float) -> tuple[list[str], int]:
    """Write the command at the left, the facts at the right, or below it if they would meet; how high?"""
    command, facts = words[0], " · ".join(words[1:])
    room = width - 2 * BANNER_MARGIN
    meet = len(command) * COMMAND_LETTER + len(facts) * FACTS_LETTER + 8 > room
    most = int(room / COMMAND_LETTER)
    shown = command if len(command) <= most else f"{command[: most - 1]}…"
    below = BANNER_LINE if meet else 0
    height = BANNER + below
    lines = [
        text(BANNER_MARGIN, 29, shown, 15, INK, mono=True, bold=True),
        text(width - BANNER_MARGIN, 29 + below, facts, 14, SOFT, anchor="end"),
        leaf("path", d=f"M0.5 {height} H{number(width - 0.5)}", stroke=LIGHT["line"]),
    ]
    return lines, height


def _scenery(picture: Picture) -> Iterator[str]:
    """Draw what lies behind the boxes: frames, lines, sockets."""
    for frame in picture.frames:
        dashes: Look = {"stroke_dasharray": "5 4"} if frame.labels else {}
        yield leaf("rect", **_area(frame), fill="none", stroke=EDGE, **dashes)
        yield from (_word(label, label.words, SOFT) for label in frame.labels)
    dotted = {"stroke_dasharray": "2 5", "stroke_linecap": "round"}
    family: Look = {"stroke": LIGHT["master"], "stroke_width": 1.6, **dotted}
    held: Look = {"stroke": EDGE, "stroke_width": 1.3}
    for link in picture.links:
        look = family if link.kind == "family" else held
        yield leaf("path", d=link.path, fill="none", **look)
    yield from (_plug(frame.plug) for frame in picture.frames if frame.plug)
    for pill in picture.pills:
        yield leaf("rect", **_area(pill), fill=LIGHT["paper"], stroke=INK, stroke_width=1.8)
        for label in pill.labels:
            yield _word(label, label.words, SOFT if label.part == "caption" else INK)


def _box(picture: Picture, place: Place, box: Box) -> Iterator[str]:
    """Draw a box: its outline, its tag's frame, its words, the plug of the socket it holds."""
    shape = picture.shapes[place.shape]
    colour = LIGHT[OUTLINES.get(box.role, "edge")]
    yield f'<g transform="translate({number(place.x)} {number(place.y)})">'
    outline: Look = {"width": shape.width, "height": shape.height, "rx": shape.radius, "fill": LIGHT["card"]}
    yield leaf("rect", **outline, stroke=colour, stroke_width=2.2 if box.is_head else 1.4)
    if tag := shape.tag:
        fill = LIGHT["master" if box.is_head else "paper"]
        yield leaf("rect", **_area(tag), fill=fill, stroke=colour, stroke_width=1.4)
    words = box.words
    for slot in shape.slots:
        if slot.part in words:
            yield _word(slot, words[slot.part], _colour(slot.part, head=box.is_head))
    if shape.plug and box.sockets:
        yield _plug(shape.plug)
    yield "</g>"


def _colour(part: str, *, head: bool) -> str:
    if part == "tag":
        return LIGHT["master-ink"] if head else INK
    if part in BOLD_PARTS:
        return LIGHT["master"] if head else INK
    return SOFT


def _word(slot: Slot, words: str, colour: str) -> str:
    """Write words where they belong."""
    bold, mono = slot.part in BOLD_PARTS, slot.part in MONO_PARTS
    return text(slot.x, slot.y, words, slot.size, colour, anchor=slot.anchor, mono=mono, bold=bold)


def _area(area: Area | Frame | Pill) -> Look:
    return {"x": area.x, "y": area.y, "width": area.width, "height": area.height, "rx": area.radius}


def _plug(at: Point) -> str:
    """Draw the ring that says: this one holds the socket."""
    return leaf("circle", cx=at.x, cy=at.y, r=PLUG_RADIUS, fill=LIGHT["paper"], stroke=INK, stroke_width=1.6)
