"""Every notebook, executed from a fresh kernel: its stored outputs hold, and nothing of it is left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.places import ROOT
from support.strict import LONGEST, SECONDS, verify

NOTEBOOKS = [
    path for folder in ("notebooks", "solutions") for path in sorted((ROOT / folder).glob("[0-9]*.ipynb"))
]


@pytest.mark.notebook
@pytest.mark.timeout(LONGEST + 60)
@pytest.mark.parametrize(
    "notebook", NOTEBOOKS, ids=lambda notebook: f"{notebook.parent.name}/{notebook.stem}"
)
def test_outputs_hold_and_nothing_is_left(
    notebook: Path, record_property: Callable[[str, object], None]
) -> None:
    verdict = verify(notebook)
    record_property(SECONDS, verdict.seconds)
    if wrong := [*verdict.failures, *(f"{notebook.name}: left behind: {what}" for what in verdict.left)]:
        pytest.fail("\n\n".join(wrong), pytrace=False)


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS
