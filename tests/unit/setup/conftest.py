from pathlib import Path

import pytest
from support.places import ROOT


@pytest.fixture
def root() -> Path:
    """The checkout."""
    return ROOT
