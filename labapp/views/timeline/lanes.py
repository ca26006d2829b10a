"""One lane of a timeline: its name, its life, what it served, what befell it; how high that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from labapp.observe.timeline import ENDED, STARTED, Bar, Lane, Note
from labapp.views.svg import leaf, text
from labapp.views.timeline.marks import Block, Colours, Look, blocks, draw_block, draw_sign, width_of

SIZE = 12.5  # of the words beside a sign
STRIP = 18  # the height of a line of notes above the bars
STRIPS = 4
GAP = 5  # between two lanes
_EDGE, _GUTTER = 14, 10  # before a name, and after it
_SIGN = 11  # from the middle of a sign to its words


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a moment is drawn: from `left` on, `per_second` pixels each second since `begin`."""

    left: float
    right: float
    begin: float
    per_second: float
    row: float
    """The height of a row of bars."""

    def x(self, at: float) -> float:
        """Return the place of a moment, never outside of the picture."""
        return min(self.right, max(self.left, self.left + (at - self.begin) * self.per_second))


@dataclass(slots=True)
class Placed:
    """A lane on paper; of each note how many strips up it stands, and which end of its words is there."""

    lane: Lane
    scale: Scale
    strips: int = 0
    notes: list[tuple[Note, int, str]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows there are, that of what was left out among them."""
        return max(1, len(self.lane.rows)) + bool(self.lane.more)

    @property
    def height(self) -> float:
        """The height of it all."""
        return self.strips * STRIP + self.rows * self.scale.row + GAP

    @property
    def merged(self) -> int:
        """How many requests stand too close to be drawn one by one."""
        return sum(
            block.many for bars in self.lane.rows.values() for block in self._blocks(bars) if block.many > 1
        )

    def draw(self, top: float, colours: Colours) -> Iterator[str]:
        """Draw it from its upper edge."""
        first = top + self.strips * STRIP
        yield from self._life(first, colours)
        yield from self._names(first, colours)
        for number, bars in enumerate(self.lane.rows.values()):
            y = first + number * self.scale.row
            for block in self._blocks(bars):
                yield from draw_block(block, y + 2, self.scale.row - 4, colours)
        for note, strip, side in self.notes:
            yield from self._note(note, strip, side, first, colours)

    def edges(self, top: float) -> Iterator[tuple[int, float]]:
        """Return for each request that is drawn, by its identity, the upper edge of its row."""
        first = top + self.strips * STRIP
        for number, bars in enumerate(self.lane.rows.values()):
            yield from ((id(bar.request), first + number * self.scale.row) for bar in bars)

    def _blocks(self, bars: Sequence[Bar]) -> list[Block]:
        return blocks([(self.scale.x(bar.begin), self.scale.x(bar.end), bar) for bar in bars])

    def _life(self, first: float, colours: Colours) -> Iterator[str]:
        if self.lane.life:
            begin, end = map(self.scale.x, self.lane.life)
            look: Look = {"rx": 4, "fill": colours["card"], "stroke": colours["line"]}
            size = {"width": max(end - begin, 1), "height": self.rows * self.scale.row}
            yield leaf("rect", x=begin, y=first, **size, **look)

    def _names(self, first: float, colours: Colours) -> Iterator[str]:
        row, edge = self.scale.row, self.scale.left - _GUTTER
        yield text(_EDGE, first + row / 2 + 5, self.lane.name, 14, colours["ink"], bold=True)
        for number, place in enumerate(self.lane.rows):
            words = _short(self.lane, place)
            yield text(edge, first + (number + 0.5) * row + 4, words, SIZE, colours["soft"], anchor="end")
        if self.lane.more:
            y = first + (self.rows - 0.5) * row + 4
            x = self.scale.x(self.lane.life[0]) if self.lane.life else self.scale.left
            yield text(x + 10, y, f"… and {self.lane.left_out}", SIZE, colours["soft"], halo=colours["card"])

    def _note(self, note: Note, strip: int, side: str, first: float, colours: Colours) -> Iterator[str]:
        x, y = self.scale.x(note.at), first + self.scale.row / 2 - strip * STRIP - (4 if strip else 0)
        if strip:
            yield leaf("path", d=f"M{x:.1f} {y:.1f} V{first + 3:.1f}", stroke=colours["edge"])
        yield from draw_sign(note.mark, x, y, colours)
        if side:
            at = x + _SIGN if side == "start" else x - _SIGN
            yield text(at, y + 4.5, note.words, SIZE, colours["ink"], anchor=side, halo=colours["paper"])


def margin(lanes: Sequence[Lane]) -> float:
    """Return how many pixels the names of the lanes, and of their rows beside them, take up at most."""
    # Both are reckoned larger than they are written: a font may be a wide one, and the first are bold.
    return max((_EDGE + width_of(lane.name, 17) + _beside(lane) for lane in lanes), default=0) + _GUTTER


def _beside(lane: Lane) -> float:
    return max((width_of(_short(lane, place), 13.5) + _GUTTER for place in lane.rows if place), default=0)


def _short(lane: Lane, place: str) -> str:
    """Return the name of a row; that of a place at the socket is its number."""
    return place if lane.life else place.partition(" ")[2]


def place(lane: Lane, scale: Scale) -> Placed:
    """Decide where the notes of a lane go: those of birth and death beside its life, if there is room."""
    placed = Placed(lane, scale)
    taken: list[list[tuple[float, float]]] = [[] for _ in range(STRIPS)]
    for note in lane.notes:
        x, wide = scale.x(note.at), width_of(note.words, SIZE) + _SIGN + 4
        if note.mark == STARTED:
            placed.notes.append((note, 0, "end" if x - wide > scale.left else ""))
        elif note.mark == ENDED and x + wide < scale.right:
            placed.notes.append((note, 0, "start"))
        else:
            side, begin, end = (
                ("start", x - 8, x + wide) if x + wide < scale.right else ("end", x - wide, x + 8)
            )
            strip = next(
                (s for s, used in enumerate(taken, 1) if all(end < a or b < begin for a, b in used)), 0
            )
            if strip:
                taken[strip - 1].append((begin, end))
            placed.notes.append((note, strip or STRIPS, side if strip else ""))
            placed.strips = max(placed.strips, strip)
    return placed
