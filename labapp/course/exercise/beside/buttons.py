"""What stands below the outcome of a check in a notebook: buttons, and what their presses gave."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from labapp.front_end import keep_clicks_on_their_own_thread
from labapp.views import style_sheet

_HERE = Path(__file__).parent
_CSS = (_HERE / "buttons.css").read_text(encoding="utf-8")


class Buttons(anywidget.AnyWidget):
    """One question's buttons, in the browser; `answer` is called with what a press asks for."""

    _esm = (_HERE / "buttons.js").read_text(encoding="utf-8")
    # The colours are those of the live view.
    _css = style_sheet("").replace(".labapp-live", ".labapp-check") + _CSS
    outcome = traitlets.Unicode().tag(sync=True)
    """Of a check by the press of a button; that of a cell stands above."""
    passed = traitlets.Bool().tag(sync=True)
    repeatable = traitlets.Bool().tag(sync=True)
    hints = traitlets.Unicode().tag(sync=True)
    had = traitlets.Int().tag(sync=True)
    all = traitlets.Int().tag(sync=True)
    code = traitlets.Unicode().tag(sync=True)
    doubt = traitlets.Unicode().tag(sync=True)
    """What is asked before a solution is shown; nothing where it is not."""

    def __init__(self, answer: Callable[[str], None]) -> None:
        super().__init__()
        keep_clicks_on_their_own_thread(self)
        self.answer = answer
        self.on_msg(lambda _, content, __: self.answer(str(content.get("ask"))))

    def say(self, sentence: str) -> None:
        """Answer what was asked for; without a word where what is shown says it."""
        self.send({"said": sentence})

    def show(self, **state: Any) -> None:
        """Change what is shown, all at once."""
        with self.hold_sync():
            for name, value in state.items():
                setattr(self, name, value)
