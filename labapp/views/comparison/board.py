"""How far each server of a comparison has come, while it runs; nothing of it stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from types import TracebackType
from typing import TYPE_CHECKING, Self

from labapp.views.load import listening, notebook_output

if TYPE_CHECKING:
    from labapp.load import Load


WAITS = "waits for its turn"
_WIDE = ' style="width: 100%; max-width: 40em"'
_LEFT = "text-align: left"
_MARK = ' aria-current="true" style="font-weight: bold"'
HOW = "One after another, so that none disturbs the others"


class Board:
    """A row for each name, with what it does and a bar; shown in a notebook that somebody sits before.

    Elsewhere each load shows its own progress as it does by itself.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._rows = dict.fromkeys(names, (0.0, WAITS))
        self._now = ""
        """Whose turn it is."""
        self._publish = notebook_output()

    def __enter__(self) -> Self:
        self._show()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._publish is not None:
            self._publish({"text/html": ""})

    @contextmanager
    def turn(self, name: str, doing: str) -> Iterator[None]:
        """Show in its row what a server does, and the progress of what is sent in the body."""
        self._now = name
        self._set(name, 0.0, doing)
        if self._publish is None:
            yield
            return

        def heard(share: float, said: str) -> None:
            if said:
                self._set(name, share, f"now: {said}")

        with listening(heard):
            yield

    def started(self, name: str) -> None:
        """Show that a server runs, and that the load is not there yet."""
        self._now = ""
        self._set(name, 0.0, WAITS)

    def done(self, name: str, load: Load) -> None:
        """Show that a server has had its load."""
        self._now = ""
        self._set(name, 1.0, f"{load.outcome}, in ≈ {load.seconds:.2f} s")

    def _set(self, name: str, share: float, said: str) -> None:
        self._rows[name] = share, said
        self._show()

    def _show(self) -> None:
        if self._publish is None:
            return
        wide = max(map(len, self._rows), default=0)
        rows = (f"{name:{wide}}  {share:4.0%}  {said}" for name, (share, said) in self._rows.items())
        text = "\n".join([f"{HOW}:", *rows])
        self._publish({"text/html": self._html(), "text/plain": text})

    def _html(self) -> str:
        # JupyterLab gives all columns of a table the same width, unless one says its own.
        name_style = f"{_LEFT}; width: {max(map(len, self._rows), default=0) + 2}ch"
        rows = "".join(
            f"<tr{_MARK if name == self._now else ''}>"
            f'<th scope="row" style="{name_style}">{escape(name)}</th><td style="{_LEFT}">'
            f'<progress max="1" value="{share:.3f}" aria-label="{escape(name)}" style="width: 100%">'
            f"</progress><div>{escape(said)}</div></td></tr>"
            for name, (share, said) in self._rows.items()
        )
        how = f'<caption style="caption-side: top; {_LEFT}">{HOW}</caption>'
        return f'<table role="table" aria-label="Comparison" data-comparison{_WIDE}>{how}{rows}</table>'
