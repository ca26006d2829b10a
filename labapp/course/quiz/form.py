"""The live form of a question: one model, shown as often as one likes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from labapp.course.quiz.question import State
from labapp.front_end import keep_clicks_on_their_own_thread
from labapp.views import style_sheet

_HERE = Path(__file__).parent
_CSS = (_HERE / "form.css").read_text(encoding="utf-8")


class Form(anywidget.AnyWidget):
    """Radio buttons, boxes or a field, in the browser; `keep` is called with every state it takes there."""

    _esm = (_HERE / "form.js").read_text(encoding="utf-8")
    # The colours are those of the live view.
    _css = style_sheet("").replace(".labapp-live", ".labapp-quiz") + _CSS
    spec = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    measured = traitlets.Unicode().tag(sync=True)

    def __init__(self, spec: dict[str, Any], state: State, keep: Callable[[State], None]) -> None:
        super().__init__(spec=spec, state=state)
        keep_clicks_on_their_own_thread(self)
        self.observe(lambda change: keep(change["new"]), names="state")
