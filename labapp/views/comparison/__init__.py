"""Several servers under one load, side by side: run one after the other, drawn on one scale of time."""

from labapp.views.comparison.comparison import Comparison
from labapp.views.comparison.contest import compare
from labapp.views.comparison.contestant import Contestant

__all__ = ["Comparison", "Contestant", "compare"]
