"""What every picture is made of: the elements of SVG, and places in it."""

from labapp.views.svg.elements import leaf, number, opening, text
from labapp.views.svg.geometry import HALF_WIDTH, Area, Point, ticks
from labapp.views.svg.wrapping import wrapped

__all__ = [
    "HALF_WIDTH",
    "Area",
    "Point",
    "leaf",
    "number",
    "opening",
    "text",
    "ticks",
    "wrapped",
]
