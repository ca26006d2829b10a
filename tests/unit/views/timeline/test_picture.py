"""A timeline as a picture: true to time, told apart without colour, bounded, readable."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import combinations
from types import SimpleNamespace

import pytest
from IPython.core.formatters import DisplayFormatter
from support.timelines import event, killed, life, queue_of_ten, request, stretch

from labapp.observe.roles import Roles
from labapp.observe.shape import Shape
from labapp.observe.timeline.slice import TimelineSlice
from labapp.observe.timeline.timeline import Timeline
from labapp.views import display
from labapp.views.svg import Area
from labapp.views.theme import DARK, LIGHT
from labapp.views.timeline.marks import KINDS, SIGNS, draw_bar, draw_sign
from labapp.views.timeline.picture import LEFT, RIGHT, ROWS, draw

SVG = "{http://www.w3.org/2000/svg}"
LETTER = 0.62  # of its size: a letter of a wide font, on average


def busy() -> TimelineSlice:
    """Return a reload with everything that is told of it, near the end of the picture."""
    signs = [
        event(2.5, "signal", "M", "HUP"),
        event(2.51, "reload"),
        event(2.52, "count", "M", "2 → 3"),
        event(2.9, "signal", "M", "TERM"),
        event(2.95, "ended", "W1", "status 0", 0),
        event(2.99, "ended", "M", "status 0", 0),
        event(2.6, "started", "W3"),
    ]
    return stretch(
        life("M", 0, 2.99), life("W1", 0, 2.95), life("W3", 2.6), *signs, *queue_of_ten().requests()
    )


def crowd() -> TimelineSlice:
    return stretch(
        *(request(0.1, 1.0, f"W{w}", f"greenlet {n}", sent=0.0) for w in range(1, 5) for n in range(1, 101))
    )


def journey() -> TimelineSlice:
    """Return a request on its way through two servers, whose names take up room."""
    nginx, backend = "nginx W1", "backends[0] W12"
    whole = request(0.1, 2.0, nginx, "conn 117")
    passed = replace(request(0.2, 0.3, backend, "thread 12"), via=whole)
    return stretch(life(nginx), life(backend), whole, passed)


STRETCHES = {
    "journey": journey,
    "queue": queue_of_ten,
    "killed": killed,
    "busy": busy,
    "crowd": crowd,
    "empty": stretch,
    "instant": lambda: stretch(event(0, "started", "M"), seconds=0.0),
}


@pytest.fixture(params=STRETCHES)
def shown(request: pytest.FixtureRequest) -> TimelineSlice:
    made: TimelineSlice = STRETCHES[request.param]()
    return made


def picture(shown: TimelineSlice) -> ET.Element:
    return ET.fromstring(draw(shown))


def number(element: ET.Element, name: str) -> float:
    return float(element.get(name) or 0)


def words(root: ET.Element) -> list[str]:
    return [text.text or "" for text in root.iter(f"{SVG}text")]


def bars(root: ET.Element) -> list[ET.Element]:
    """Return the bars of what was served, without that of the legend."""
    height = number(root, "height")
    return [
        bar
        for bar in root.iter(f"{SVG}rect")
        if bar.get("fill") == LIGHT["master"] and number(bar, "y") < height - 60
    ]


def box(text: ET.Element) -> tuple[float, float, float, float]:
    """Return about where words are: left, top, right, bottom."""
    size, x, y = number(text, "font-size"), number(text, "x"), number(text, "y")
    wide = len(text.text or "") * size * LETTER * (1.08 if text.get("font-weight") else 1.0)
    left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[text.get("text-anchor", "start")]
    return left, y - 0.75 * size, left + wide, y + 0.2 * size


def test_it_says_in_words_what_it_shows():
    root = picture(killed())
    assert root.get("role") == "img"
    title = "Timeline: 4 requests by 3 workers, 1 under way, 1 cut off, 1 start, 1 end, 1 signal"
    assert root.findtext(f"{SVG}title") == root.get("aria-label") == title
    said = root.findtext(f"{SVG}desc") or ""
    assert "M: nothing." in said
    assert (
        "W1: 1 served, 1 cut off, from 0.50 to 1.50 s; KILL at 1.50 s; killed by SIGKILL at 1.51 s." in said
    )
    assert "W2: 1 failed, from 0.50 to 1.20 s." in said


def test_words_name_lanes_signs_and_kinds():
    found = set(words(picture(killed())))
    assert {"M", "W1", "W2", "W3", "KILL", "killed by SIGKILL", "started"} <= found
    assert {"served", "failed", "cut off", "under way", "ended", "signal from the lab"} <= found
    assert "waiting at the socket" not in found
    assert "waiting at the socket" in words(picture(queue_of_ten()))


def test_bars_are_as_long_as_it_took_and_follow_each_other():
    root = picture(queue_of_ten())
    found = bars(root)
    second = (number(root, "width") - LEFT - RIGHT) / 2.5
    assert len(found) == 10
    for nth, bar in enumerate(found):
        assert number(bar, "x") == pytest.approx(LEFT + (0.5 + 0.2 * nth) * second, abs=0.2)
        assert number(bar, "width") == pytest.approx(0.2 * second, abs=0.2)
    assert len({number(bar, "y") for bar in found}) == 1


@pytest.mark.parametrize(("one", "other"), [*combinations([*KINDS, *SIGNS], 2)])
def test_nothing_is_told_apart_by_colour_alone(one, other):
    grey = dict.fromkeys(LIGHT, "grey")

    def drawn(what: str) -> list[str]:
        if what in SIGNS:
            return list(draw_sign(what, 10, 10, grey))
        return [line for kind in KINDS if kind == what for line in draw_bar(kind, Area(0, 0, 60, 16), grey)]

    assert drawn(one) != drawn(other)


def test_everything_is_inside(shown):
    root = picture(shown)
    width, height = number(root, "width"), number(root, "height")
    for text in root.iter(f"{SVG}text"):
        left, top, right, bottom = box(text)
        assert left >= 0, text.text
        assert right <= width, text.text
        assert 0 <= top < bottom <= height, text.text
    for bar in bars(root):
        assert number(bar, "x") >= LEFT
        assert number(bar, "x") + number(bar, "width") <= width - RIGHT / 2


def test_no_words_cover_others(shown):
    boxes = [(text.text, box(text)) for text in picture(shown).iter(f"{SVG}text")]
    for (one, a), (other, b) in combinations(boxes, 2):
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, (one, other)


def test_words_can_be_read_from_afar(shown):
    assert all(number(text, "font-size") >= 11.5 for text in picture(shown).iter(f"{SVG}text"))


def test_a_crowd_is_cut_with_a_line_that_says_so():
    found = words(picture(crowd()))
    assert "… and 95 more greenlets" in found
    assert "… and 395 more places" in found
    assert sum(word.startswith("greenlet") for word in found) <= ROWS
    found = words(picture(stretch(*(life(f"W{n}") for n in range(1, 61)))))
    assert "… and 29 more processes" in found


def test_any_number_of_requests_can_be_drawn():
    many = [request(n * 0.0005, n * 0.0005 + 0.0004, status=500 * (n % 2) or 200) for n in range(6000)]
    drawn = draw(stretch(*many))
    assert len(drawn) < 200_000
    assert "6,000 requests stand too close together to be drawn one by one." in drawn


def test_what_stands_alone_is_not_said_to_be_too_close():
    assert "too close" not in draw(queue_of_ten())


def test_nothing_can_collide_with_another_picture_on_the_page(shown):
    drawn = draw(shown)
    assert " id=" not in drawn
    assert "<style" not in drawn


def test_the_dark_picture_has_dark_colours_only(shown):
    used = set(re.findall(r"#[0-9a-f]{6}", draw(shown, DARK)))
    assert used <= set(DARK.values())
    assert DARK["paper"] in used


@pytest.mark.parametrize("path", ["/<script>", "/\x01\ud800", "/é&amp;"])
def test_whatever_a_client_asks_for_can_be_drawn(path):
    drawn = draw(stretch(request(0, 3, path=path)))
    root = ET.fromstring(drawn)
    assert not list(root.iter(f"{SVG}script"))
    assert any("GET /" in word for word in words(root))


def test_a_notebook_shows_a_timeline_and_a_part_of_it_as_picture_and_text(monkeypatch):
    formatter = DisplayFormatter()
    shell = SimpleNamespace(display_formatter=formatter)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert display.install_displays() is True
    timeline = Timeline(Roles(Shape(prefork=True)))
    for what in (timeline, timeline.now(), timeline.between(0, 1), killed()):
        data, _ = formatter.format(what)
        assert data["image/svg+xml"].startswith("<svg ")
        assert data["text/plain"] == str(what)


def test_a_line_leads_from_a_proxys_bar_to_the_server_behind():
    drawn = draw(journey())
    [line] = re.findall(rf'<path d="M(\S+) \S+ V\S+" fill="none" stroke="{LIGHT["busy"]}"', drawn)
    bars = re.findall(rf'<rect x="(\S+)"[^>]*fill="{LIGHT["master"]}"', drawn)
    assert line in bars
    assert journey().summary.startswith("1 request by ")
