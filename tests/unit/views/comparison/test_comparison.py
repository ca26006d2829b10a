"""A comparison as a value, as a text, as a picture."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from labapp.load import Exchange, Load
from labapp.observe.timeline import Request
from labapp.views.comparison import Comparison, Contestant
from labapp.views.comparison.picture import LINES, picked

BEGAN = 100.0
WHAT = "GET /wait, 2 at once"


def load(*ends: float, error: str = "", status: int = 200) -> Load:
    """Return a load of requests all sent at its beginning, from ports 1, 2, …"""
    exchanges = (Exchange(place, 0.0, end, status, 9, error, place) for place, end in enumerate(ends, 1))
    return Load(tuple(exchanges), WHAT, BEGAN)


def served(port: int, begin: float, end: float) -> Request:
    about = ("GET", "/wait", "", 7, "W1", "")
    return Request(*about, begin=BEGAN + begin, end=BEGAN + end, status=200, port=port)


@pytest.fixture
def comparison() -> Comparison:
    sync = Contestant("sync", "gunicorn a", load(1.0, 2.0), (served(1, 0.0, 1.0), served(2, 1.0, 2.0)))
    return Comparison((sync, Contestant("gthread", "gunicorn a --threads 2", load(1.0, 1.01))))


def test_it_is_a_mapping_of_the_loads(comparison: Comparison) -> None:
    assert list(comparison) == ["sync", "gthread"]
    assert comparison["gthread"].seconds == pytest.approx(1.01)
    with pytest.raises(KeyError, match="compared were sync, gthread"):
        comparison["gevent"]


def test_the_text_has_a_row_for_each(comparison: Comparison) -> None:
    assert str(comparison).splitlines() == [
        WHAT,
        "sync     in all ≈ 2.00 s   median ≈ 1.00 s   longest ≈ 2.00 s   2 of 2 answered",
        "gthread  in all ≈ 1.01 s   median ≈ 1.00 s   longest ≈ 1.01 s   2 of 2 answered",
    ]


def test_short_durations_have_figures_too() -> None:
    fast = Contestant("fast", "x", load(0.00087, 0.0211))
    assert fast.figures[:3] == ["in all ≈ 0.021 s", "median ≈ 0.00087 s", "longest ≈ 0.021 s"]


def test_no_word_of_the_picture_is_cut() -> None:
    name = "a name that nobody would give a server if he had another one at hand, or a mind to"
    picture = Comparison((Contestant(name, "x", load(0.0034)),))._repr_mimebundle_()["image/svg+xml"]
    within = [element for element in ElementTree.fromstring(picture).iter() if element.tag.endswith("text")]
    for element in within:
        size, x, words = float(element.attrib["font-size"]), float(element.attrib["x"]), element.text or ""
        wide = len(words) * size * (0.67 if element.get("font-weight") else 0.57)
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[element.get("text-anchor", "start")]
        assert left >= 0
        assert left + wide <= 616, words


def test_what_failed_is_said(comparison: Comparison) -> None:
    refused = Contestant("refused", "x", load(0.1, 0.2, error="refused"))
    assert refused.figures == ["in all ≈ 0.20 s", "0 of 2 answered"]
    assert Contestant("broken", "x", load(0.1, status=502)).figures[-1] == "1 with a 502"
    assert Contestant("elsewhere", "x", load(0.1, 0.2, status=404)).figures[-1] == "2 with a 404"
    assert all(span.failed for span in refused.spans)


def test_a_request_waits_until_the_server_has_it(comparison: Comparison) -> None:
    sync, gthread = comparison.contestants
    assert [span.begun for span in sync.spans] == pytest.approx([0.0, 1.0])
    assert [span.begun for span in gthread.spans] == [None, None]  # Of one that tells nothing.


def test_a_port_that_was_used_before_is_not_taken_for_the_same_request() -> None:
    one = Contestant("sync", "x", load(1.0), (served(1, -5.0, -4.0), served(1, 0.5, 1.0)))
    assert [span.begun for span in one.spans] == pytest.approx([0.5])


def test_the_picture_has_one_scale_for_all(comparison: Comparison) -> None:
    picture = ElementTree.fromstring(comparison._repr_mimebundle_()["image/svg+xml"])
    assert picture.attrib["aria-label"] == "sync, gthread under one load"
    lines = [
        [float(part) for part in re.findall(r"[\d.]+", element.attrib["d"])]
        for element in picture.iter()
        if element.attrib.get("stroke-width") == "5"
    ][:-1]
    first, second, third, _ = ((end - begin, begin) for begin, _, end in lines)
    assert first[0] == pytest.approx(second[0], abs=0.2)
    assert second[1] == pytest.approx(first[1] + first[0], abs=0.2)
    assert third[0] == pytest.approx(first[0], abs=0.2)
    assert str(comparison) in "".join(picture.itertext())


def test_of_many_requests_some_are_drawn() -> None:
    many = Contestant("sync", "x", load(*[number / 100 for number in range(1, 1001)]))
    drawn = picked(many.spans)
    assert (len(drawn), drawn[0], drawn[-1]) == (LINES, many.spans[0], many.spans[-1])
    assert "(24 of 1,000 drawn)" in Comparison((many,))._repr_mimebundle_()["image/svg+xml"]
