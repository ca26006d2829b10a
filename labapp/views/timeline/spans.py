"""Requests as bars on a common axis of time: who waited, who was served, what happened at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from labapp.views.svg import HALF_WIDTH, ticks, wrapped
from labapp.views.theme import LIGHT, SANS

LEFT, RIGHT = 116, 24  # of the lanes' names, of the margin, in pixels
TITLE, LANE, BAR, FOOT = 20, 24, 14, 56
COLUMNS = 50  # of the text's axis, in characters


@dataclass(frozen=True, slots=True)
class Span:
    """One request in its lane: sent, taken up by a server, done with, in s since a common start.

    `by` names who served it. ValueError if the three times do not follow each other.
    """

    lane: str
    sent: float
    taken: float
    done: float
    by: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.sent <= self.taken <= self.done:
            times = f"sent {self.sent}, taken {self.taken}, done {self.done}"
            raise ValueError(f"{self.lane}: {times}; none may be negative or earlier than the one before")


@dataclass(frozen=True, slots=True)
class Spans:
    """Measured requests, drawn one lane each: a thin line while a request waits, a bar while it is served.

    The axis reaches `until`, in s, if the requests do not reach further: pictures can share a scale.
    """

    spans: tuple[Span, ...]
    title: str
    until: float = 0.0

    @property
    def seconds(self) -> float:
        """From the first request sent to the last one done, in s."""
        return max((span.done for span in self.spans), default=0.0) - min(
            (span.sent for span in self.spans), default=0.0
        )

    @property
    def at_once(self) -> int:
        """The largest number of requests in service at the same moment."""
        level = highest = 0
        for _, step in sorted(
            [(span.taken, 1) for span in self.spans] + [(span.done, -1) for span in self.spans]
        ):
            level += step
            highest = max(highest, level)
        return highest

    @property
    def lanes(self) -> dict[str, list[Span]]:
        """The spans of each lane, in the order in which the lanes first appear."""
        lanes: dict[str, list[Span]] = {}
        for span in self.spans:
            lanes.setdefault(span.lane, []).append(span)
        return lanes

    @property
    def summary(self) -> str:
        """The figures that the picture shows, in words."""
        if not self.spans:
            return f"{self.title}: no request"
        many = "1 request" if len(self.spans) == 1 else f"{len(self.spans)} requests"
        return f"{self.title}: {many} in ≈ {self.seconds:.2f} s, at most {self.at_once} served at once"

    def svg(self) -> str:
        """Return the picture on a light card that reads well on any page; nothing in it has an identifier."""
        axis = ticks(self._end)
        heading = wrapped(self.summary.split(" "), 15, HALF_WIDTH - 32, bold=True)
        top = 28 + TITLE * len(heading)
        height = top + LANE * len(self.lanes) + FOOT
        scale = (HALF_WIDTH - LEFT - RIGHT) / axis[-1]
        size, title = f'width="{HALF_WIDTH}" height="{height}"', escape(self.summary)
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {HALF_WIDTH} {height}" {size} role="img"',
            f' aria-label="{title}" font-family="{escape(SANS)}">',
            f"<title>{title}</title>",
            f"<desc>{escape(' '.join(_sentence(span) for span in self.spans))}</desc>",
            f'<rect {size} rx="10" fill="{LIGHT["paper"]}" stroke="{LIGHT["line"]}"/>',
            *(
                _text(16, 28 + TITLE * row, line, 15, LIGHT["ink"], bold=True)
                for row, line in enumerate(heading)
            ),
            *_axis(axis, scale, top, height),
        ]
        for number, (lane, spans) in enumerate(self.lanes.items()):
            middle = top + LANE * number + LANE / 2
            lines.append(_text(LEFT - 12, middle + 5, lane, 14, LIGHT["ink"], anchor="end"))
            lines += [_wait(span, middle, scale) for span in spans if span.taken > span.sent]
            for span in spans:
                lines += _bar(span, middle, scale)
        return "\n".join([*lines, "</svg>"]) + "\n"

    def __str__(self) -> str:
        axis = ticks(self._end)
        names = max(map(len, self.lanes), default=0)
        lines = [self.summary]
        for lane, spans in self.lanes.items():
            cells = [" "] * COLUMNS
            for span in spans:
                _fill(cells, "·", span.sent, span.taken, axis[-1])
            for span in spans:
                _fill(cells, "█", span.taken, span.done, axis[-1])
            by = ", ".join(dict.fromkeys(span.by for span in spans if span.by))
            lines.append(f"{lane:{names}}  {''.join(cells)}  {by}".rstrip())
        if self.spans:
            lines += [f"{'':{names}}  {_ruler(axis)}", "· waiting   █ in service"]
        return "\n".join(lines)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"image/svg+xml": self.svg(), "text/plain": str(self)}

    @property
    def _end(self) -> float:
        return max([self.until, *(span.done for span in self.spans)]) or 1.0


def _fill(cells: list[str], mark: str, begin: float, end: float, length: float) -> None:
    first, last = (round(at / length * COLUMNS) for at in (begin, end))
    cells[first:last] = mark * (last - first)


def _ruler(axis: list[float]) -> str:
    """Return the text's axis: each number begins below its moment."""
    cells = [" "] * (COLUMNS + 8)
    for tick in axis:
        at, written = round(tick / axis[-1] * COLUMNS), f"{tick:g}" + (" s" if tick == axis[-1] else "")
        cells[at : at + len(written)] = written
    return "".join(cells).rstrip()


def _axis(axis: list[float], scale: float, top: float, height: float) -> Iterator[str]:
    """Draw a line and a number for every tick, and below them what the two kinds of mark mean."""
    bottom = height - FOOT
    for tick in axis:
        x = LEFT + tick * scale
        yield f'<path d="M{x:.1f} {top - 4} V{bottom + 4}" stroke="{LIGHT["track"]}"/>'
        unit = " s" if tick == axis[-1] else ""
        yield _text(x, bottom + 19, f"{tick:g}{unit}", 13, LIGHT["soft"], anchor="middle")
    legend = Span("", 0, 30, 60)
    yield _wait(legend, height - 16, 1)
    yield from _bar(legend, height - 16, 1)
    yield _text(LEFT + 68, height - 11, "thin: waiting; thick: in service", 13, LIGHT["soft"])


def _wait(span: Span, middle: float, scale: float) -> str:
    path = f"M{LEFT + span.sent * scale:.1f} {middle:g} H{LEFT + span.taken * scale:.1f}"
    return f'<path d="{path}" stroke="{LIGHT["edge"]}" stroke-width="2"/>'


def _bar(span: Span, middle: float, scale: float) -> Iterator[str]:
    taken, done = LEFT + span.taken * scale, LEFT + span.done * scale
    yield (
        f'<rect x="{taken:.1f}" y="{middle - BAR / 2:g}" width="{max(done - taken, 1.5):.1f}" '
        f'height="{BAR}" rx="3" fill="{LIGHT["master"]}"/>'
    )
    if span.by and done - taken > 8 * len(span.by):
        yield _text(
            (taken + done) / 2, middle + 4.5, span.by, 12.5, LIGHT["master-ink"], anchor="middle", bold=True
        )


def _sentence(span: Span) -> str:
    by = f" by {span.by}" if span.by else ""
    return (
        f"{span.lane}: waited {span.taken - span.sent:.2f} s, "
        f"served{by} from {span.taken:.2f} to {span.done:.2f} s."
    )


def _text(
    x: float, y: float, text: str, size: float, colour: str, *, anchor: str = "start", bold: bool = False
) -> str:
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{colour}" text-anchor="{anchor}"{weight}>'
        f"{escape(text)}</text>"
    )
