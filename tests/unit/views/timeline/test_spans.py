"""Requests as bars: the figures, the picture, the text."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from labapp.views.svg import HALF_WIDTH
from labapp.views.timeline.spans import COLUMNS, LEFT, RIGHT, Span, Spans

SVG = "{http://www.w3.org/2000/svg}"
QUEUED = Spans(
    tuple(Span(f"request {n}", 0, (n - 1) * 0.2, n * 0.2, by="server") for n in range(1, 6)), "one at a time"
)
SHARED = Spans(
    (
        Span("1", 0, 0.01, 0.2, "worker 1"),
        Span("2", 0, 0.02, 0.2, "worker 2"),
        Span("3", 0, 0.2, 0.4, "worker 1"),
    ),
    "two workers",
)


def picture(spans: Spans) -> ET.Element:
    return ET.fromstring(spans.svg())


def bars(root: ET.Element) -> list[tuple[float, float]]:
    """Where the bars begin and end, in pixels; the card and the legend's bar aside."""
    rects = [(float(r.get("x", 0)), float(r.get("width", 0))) for r in root.iter(f"{SVG}rect")]
    return [(x, x + width) for x, width in rects[2:]]


def test_figures() -> None:
    assert (QUEUED.seconds, QUEUED.at_once) == (1.0, 1)
    assert (SHARED.seconds, SHARED.at_once) == (0.4, 2)
    assert QUEUED.summary == "one at a time: 5 requests in ≈ 1.00 s, at most 1 served at once"


def test_none_and_one() -> None:
    none = Spans((), "idle")
    assert (none.seconds, none.at_once, none.summary) == (0.0, 0, "idle: no request")
    assert str(none) == "idle: no request"
    assert bars(picture(none)) == []
    assert "1 request in" in Spans((Span("a", 0, 0, 0),), "at once").summary


@pytest.mark.parametrize(
    "times", [(-1.0, 0.0, 1.0), (0.5, 0.4, 1.0), (0.0, 2.0, 1.0), (0.0, float("nan"), 1.0)]
)
def test_times_out_of_order(times: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match=r"request 7: sent .*, taken .*, done .*"):
        Span("request 7", *times)


def test_bars_are_to_scale_on_one_axis() -> None:
    placed = bars(picture(QUEUED))
    scale = HALF_WIDTH - LEFT - RIGHT  # the axis ends at 1 s
    assert placed == [
        (pytest.approx(LEFT + span.taken * scale, abs=0.1), pytest.approx(LEFT + span.done * scale, abs=0.1))
        for span in QUEUED.spans
    ]


def test_a_common_scale() -> None:
    quick = Spans((Span("request 1", 0, 0, 0.2),), "quick", until=1.0)
    assert bars(picture(quick)) == bars(picture(QUEUED))[:1]
    assert str(quick).splitlines()[-2] == str(QUEUED).splitlines()[-2]


def test_picture_says_what_it_shows() -> None:
    root = picture(SHARED)
    assert root.get("role") == "img"
    assert root.get("aria-label") == root.findtext(f"{SVG}title") == SHARED.summary
    said = root.findtext(f"{SVG}desc") or ""
    assert "3: waited 0.20 s, served by worker 1 from 0.20 to 0.40 s." in said
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert {"1", "2", "3", "worker 1", "0.4 s", "thin: waiting; thick: in service"} <= set(words)
    assert (
        len([path for path in root.iter(f"{SVG}path") if path.get("stroke-width")]) == 4
    )  # one in the legend


def test_picture_stands_alone() -> None:
    text = SHARED.svg()
    assert " id=" not in text
    assert "<style" not in text
    assert "var(" not in text


def test_names_are_text_not_markup() -> None:
    hostile = Spans((Span("<b>&", 0, 0, 1, by="<i>\"'"),), "</title><script>")
    assert [text.text for text in picture(hostile).iter(f"{SVG}text")][-2:] == [
        "<b>&",
        "<i>\"'",
    ]


def test_lanes_are_shared() -> None:
    spans = Spans((Span("W1", 0, 0, 1), Span("W2", 0, 0, 2), Span("W1", 0, 1, 2)), "by worker")
    assert {lane: len(its) for lane, its in spans.lanes.items()} == {"W1": 2, "W2": 1}
    assert str(spans).splitlines()[1] == "W1  " + "█" * COLUMNS


def test_text() -> None:
    assert str(SHARED).splitlines() == [
        "two workers: 3 requests in ≈ 0.40 s, at most 2 served at once",
        "1  ·████████████████████████                           worker 1",
        "2  ··███████████████████████                           worker 2",
        "3  ·························█████████████████████████  worker 1",
        "   0           0.1          0.2          0.3         0.4 s",
        "· waiting   █ in service",
    ]


def test_notebook_gets_both() -> None:
    assert QUEUED._repr_mimebundle_(include=None) == {
        "image/svg+xml": QUEUED.svg(),
        "text/plain": str(QUEUED),
    }
