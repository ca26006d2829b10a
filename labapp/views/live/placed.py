"""Where a view is shown: on the stage, where the front end has one, or in its cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar

import anywidget
import traitlets

from labapp.front_end import keep_clicks_on_their_own_thread

_View = TypeVar("_View", bound="Placed")


class Placed(anywidget.AnyWidget):
    """A view that has its place; its JavaScript asks `Place` of `front/place.js` to put it there."""

    where = traitlets.Enum(("side", "cell"), "side").tag(sync=True)
    stage = traitlets.Unicode().tag(sync=True)  # The stage's model; none: there is only the cell.
    own = traitlets.Unicode().tag(sync=True)  # Its own model.
    ended = traitlets.Int()  # How many of its servers have ended.
    _take: Callable[[Any], None] | None = None

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        keep_clicks_on_their_own_thread(self)

    def place(self: _View, where: Literal["side", "cell"], stage: str, take: Callable[[_View], None]) -> None:
        """Say where it is to be; at each display `take` is told."""
        if self._take is None:
            self.on_msg(self._on_place)
        self.where, self.stage, self.own, self._take = where, stage, self.model_id, take

    def on_display(self) -> None:
        """Tell the stage that a cell shows this view."""
        if self._take is not None:
            self._take(self)

    def _on_place(self, _: object, message: dict[str, Any], _buffers: object) -> None:
        match message:
            case {"kind": "place", "where": "side" | "cell" as where}:
                self.where = where
                self.on_display()
