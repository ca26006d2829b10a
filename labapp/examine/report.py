"""The report of an examination, as a value: in words, as a picture, as a page of its own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from labapp.examine import words
from labapp.examine.advice import Advice, advise

if TYPE_CHECKING:
    from labapp.examine.candidates import Candidates
    from labapp.examine.figures import Figures, Reload, Trial
    from labapp.load import Steps


class Report:
    """What was measured of one command, and the command line that follows from it."""

    def __init__(self, figures: Figures, candidates: Candidates) -> None:
        self.figures = figures
        self._candidates = candidates

    @property
    def given(self) -> str:
        """The command as it was given."""
        return self.figures.command

    @property
    def command(self) -> str:
        """The command that is advised."""
        return self.advice.command

    @cached_property
    def advice(self) -> Advice:
        """The size that is advised, its command, and why."""
        candidates = self._candidates
        return advise(self.figures, candidates.written, bool(candidates.sizing), candidates.name)

    @property
    def knees(self) -> Mapping[str, Steps]:
        """The load in steps of each path, at the command as given."""
        return self.figures.knees

    @property
    def trials(self) -> tuple[Trial, ...]:
        """The sizes that were tried, in order; the command as given first."""
        return tuple(self.figures.trials)

    @property
    def reload(self) -> Reload | None:
        """What a reload cost; None where there was none."""
        return self.figures.reload

    @cached_property
    def said(self) -> words.Said:
        """All of it in words."""
        candidates = self._candidates
        return words.say(self.figures, self.advice, reloads=candidates.reloads, name=candidates.name)

    @property
    def html(self) -> str:
        """A page that needs no other file."""
        from labapp.examine.page import page  # noqa: PLC0415 (only what is shown is paid for)

        return page(self.said)

    def save(self, path: str | Path) -> Path:
        """Write the page to a file, and return where that is."""
        place = Path(path).expanduser()
        place.write_text(self.html, encoding="utf-8")
        return place

    def __str__(self) -> str:
        return str(self.said)

    def __repr__(self) -> str:
        return f"<Report on {self.given}: {self.command}>"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        from labapp.examine.picture import draw  # noqa: PLC0415 (only what is shown is paid for)

        return {"image/svg+xml": draw(self.said), "text/plain": str(self)}
