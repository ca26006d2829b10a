"""What came of one load at several servers, as a value: a picture, and a table in text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from labapp.views.comparison.picture import draw

if TYPE_CHECKING:
    from labapp.load import Load
    from labapp.views.comparison.contestant import Contestant


class Comparison(Mapping[str, "Load"]):
    """The loads by the names of their servers, in the order in which they were sent."""

    def __init__(self, contestants: tuple[Contestant, ...]) -> None:
        self.contestants = contestants

    def __getitem__(self, name: str) -> Load:
        for one in self.contestants:
            if one.name == name:
                return one.load
        raise KeyError(f"{name!r}: compared were {', '.join(self)}")

    def __iter__(self) -> Iterator[str]:
        return (one.name for one in self.contestants)

    def __len__(self) -> int:
        return len(self.contestants)

    @property
    def what(self) -> str:
        """What was sent; of loads that differ, of each."""
        return "; ".join(dict.fromkeys(one.load.what for one in self.contestants))

    def __str__(self) -> str:
        wide = max(map(len, self), default=0)
        rows = (f"{one.name:{wide}}  {'   '.join(one.figures)}" for one in self.contestants)
        return "\n".join([self.what, *rows])

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"image/svg+xml": draw(self.contestants, self.what, str(self)), "text/plain": str(self)}
