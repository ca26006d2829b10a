"""Every notebook, executed from a fresh kernel: its stored outputs hold, and nothing of it is left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from strict import LONGEST, ROOT, SECONDS, verify

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.notebook
@pytest.mark.timeout(LONGEST + 60)
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_outputs_hold_and_nothing_is_left(
    notebook: Path, record_property: Callable[[str, object], None]
) -> None:
    verdict = verify(notebook)
    record_property(SECONDS, verdict.seconds)
    assert not verdict.failures, "\n\n".join(verdict.failures)
    assert not verdict.left, "left behind: " + "; ".join(verdict.left)


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS
