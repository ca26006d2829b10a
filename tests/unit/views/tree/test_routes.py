"""The way of a request to each worker: its own line, or that of the frame it stands in."""

from __future__ import annotations

from dataclasses import replace

from support.made_up import SOCKET, boxes

from labapp.views.svg import Point
from labapp.views.tree.layout import NARROW, lay_out
from labapp.views.tree.picture import Curve
from labapp.views.tree.routes import Route, routes


def test_in_the_column_each_worker_has_a_line_of_its_own():
    picture = lay_out(boxes(3))
    found = routes(picture)
    assert set(found) == {"M", "W1", "W2", "W3"}
    place = next(place for place in picture.places if place.key == "W2")
    middle = place.y + picture.shapes[place.shape].height / 2
    assert found["W2"].link == f"{SOCKET}>W2"
    assert found["W2"].arrow == Point(place.x, middle)
    assert found["W2"].end is None
    assert found["M"] == Route(f"{SOCKET}>M")


def test_in_a_frame_the_line_goes_on_to_the_dots_of_the_box():
    picture = lay_out(boxes(12), NARROW)
    found = routes(picture)
    place = next(place for place in picture.places if place.key == "W7")
    dots = picture.shapes[place.shape].dots
    assert dots is not None
    assert found["W7"] == Route(f"{SOCKET}>M workers", Point(place.x + dots.x, place.y + dots.y))


def test_who_holds_no_socket_has_no_route():
    assert routes(lay_out([replace(box, sockets=()) for box in boxes(3)])) == {}


def test_a_curve_is_written_by_its_four_points():
    curve = Curve((Point(0, 0), Point(0, 10), Point(10, 10), Point(10, 10)))
    assert curve.path == "M0 0 C0 10 10 10 10 10"
