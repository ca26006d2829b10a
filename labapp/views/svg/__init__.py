"""What every picture is made of: the elements of SVG, and places in it."""

from labapp.views.svg.elements import leaf, number, opening, text
from labapp.views.svg.geometry import PAGE_WIDTH, Area, Point, ticks

__all__ = ["PAGE_WIDTH", "Area", "Point", "leaf", "number", "opening", "text", "ticks"]
