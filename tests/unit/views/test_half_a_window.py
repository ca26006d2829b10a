"""Pictures of what was measured, in a column of half a window: no letter too small, and none cut off."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from support.timelines import killed, queue_of_ten

from labapp.load import Exchange, Load
from labapp.load.steps import Step, Steps
from labapp.views.comparison import Comparison, Contestant
from labapp.views.load.picture import draw as draw_load
from labapp.views.load.steps import draw as draw_steps
from labapp.views.svg import wrapped
from labapp.views.timeline import Span, Spans
from labapp.views.timeline.picture import draw as draw_timeline
from labapp.views.tree import Box
from labapp.views.tree.painter import draw as draw_tree

COLUMN = 560  # pixels of a notebook's column beside the stage
LEAST = 11  # pixels of a letter
SVG = "{http://www.w3.org/2000/svg}"
# As long as the course's own are.
WHAT = "GET /wait?seconds=0.1, 100 requests, 10 at once, a new connection for each request"


def load(count: int, rate: float | None = None) -> Load:
    """Return a load, every third of it an error."""
    exchanges = (
        Exchange(0, n / 50, n / 50 + 0.1, 0 if n % 3 else 200, 9, "reset" * (n % 3 > 0)) for n in range(count)
    )
    return Load(tuple(exchanges), WHAT, rate=rate)


def compared() -> str:
    many = Comparison(
        tuple(Contestant(name, "x", load(1200)) for name in ("sync", "gthread", "gevent", "asgi"))
    )
    return many._repr_mimebundle_()["image/svg+xml"]


DRAWN = {
    "comparison": compared(),
    "load": draw_load(load(1200, rate=50)),
    "timeline": draw_timeline(killed()),
    "queue": draw_timeline(queue_of_ten()),
    "spans": Spans(tuple(Span(f"caller {n}", 0, n / 10, n / 10 + 0.1, "W1") for n in range(9)), WHAT).svg(),
    "tree": draw_tree([Box("M", "master", 1), *(Box(f"W{n}", "worker", n, "M") for n in range(50))], "Tree"),
    "steps": draw_steps(Steps(tuple(Step(rate, load(12, rate), 0.5) for rate in (10.0, 20.0, 40.0)))),
}


@pytest.mark.parametrize("picture", DRAWN.values(), ids=list(DRAWN))
def test_letters_are_large_enough_and_within_the_card(picture: str) -> None:
    root = ET.fromstring(picture)
    width = float(root.attrib["viewBox"].split()[2])
    words = list(root.iter(f"{SVG}text"))
    assert min(float(text.attrib["font-size"]) for text in words) * COLUMN / width >= LEAST
    for text in words:
        long = 0.55 * float(text.attrib["font-size"]) * len(text.text or "")
        x = float(text.attrib["x"])
        left = x - long * {"middle": 0.5, "end": 1.0}.get(text.attrib.get("text-anchor", ""), 0.0)
        assert (left > -2, left + long < width) == (True, True), text.text


def test_lines_are_as_long_as_there_is_room() -> None:
    assert wrapped(["one", "two", "three"], 10, 60) == ["one two", "three"]
    assert wrapped(["one", "two"], 10, 60, between="   ") == ["one   two"]
    assert wrapped(["longer than all of it", "x"], 10, 60) == ["longer than all of it", "x"]
    assert wrapped([], 10, 60) == []
