"""A part of a timeline in plain text: a line for each lane, a column for each moment."""

from __future__ import annotations

from labapp.observe.timeline.lanes import Lane, Shown, fit, lanes_of

WIDTH = 60  # columns
MOST = 36  # lines
MARKS = {"waiting": "·", "served": "█", "failed": "▓", "cut": "▒", "open": "▒"}
EDGE = "▌"
LEGEND = "· waiting   █ served   ▓ failed   ▒ cut off or under way   + started   ✕ ended   ⚡ signal  ! other"


def draw(part: Shown) -> str:
    """Return the drawing; the notes of a process stand at the end of its first line."""
    shown, left_out = fit(lanes_of(part), MOST)
    rows = [row for lane in shown for row in _lines(lane, part)]
    if not rows:
        return part.summary
    names = max(len(name) for name, _, _ in rows)
    lines = [f"{name:{names}}  {cells}  {notes}".rstrip() for name, cells, notes in rows]
    if left_out:
        lines.append(f"… and {left_out} more")
    seconds = f"{part.end - part.begin:.3g} s"
    ruler = f"{'':{names}}  0{seconds:>{WIDTH - 1}}"
    return "\n".join([part.summary, *lines, ruler, LEGEND])


def _lines(lane: Lane, part: Shown) -> list[tuple[str, str, str]]:
    notes = "  ".join(f"{note.mark} {note.words} {note.at - part.begin:.2f} s" for note in lane.notes)
    lines = []
    for number, (place, bars) in enumerate((lane.rows or {"": []}).items()):
        cells = [" "] * WIDTH
        if lane.life:
            _fill(cells, "─", *lane.life, part)
        for bar in bars:
            _fill(cells, MARKS[bar.kind], bar.begin, bar.end, part)
        for bar in bars:
            if bar.kind == "served" and (last := _column(bar.end, part)) > _column(bar.begin, part):
                cells[last] = EDGE  # Two that follow each other at once are two.
        if number == 0:
            for note in lane.notes:
                cells[_column(note.at, part)] = note.mark
        name = lane.name if number == 0 else " " * len(lane.name)
        lines.append((f"{name} {place}".rstrip(), "".join(cells), notes if number == 0 else ""))
    if lane.more:
        lines.append((" " * len(lane.name), f"… and {lane.left_out}", ""))
    return lines


def _fill(cells: list[str], mark: str, begin: float, end: float, part: Shown) -> None:
    first, last = _column(begin, part), _column(end, part)
    cells[first : last + 1] = mark * (last + 1 - first)


def _column(at: float, part: Shown) -> int:
    length = part.end - part.begin
    share = (at - part.begin) / length if length > 0 else 0.0
    return max(0, min(WIDTH - 1, int(share * WIDTH)))
