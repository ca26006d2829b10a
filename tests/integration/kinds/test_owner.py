"""When the process that launched them is killed, nothing is left of servers of any kind."""

from __future__ import annotations

import subprocess
import sys

import pytest
from support.remains import Staged
from zoo import PROGRAMS, ZOO, Specimen

GROUPS = [ZOO[first : first + 6] for first in range(0, len(ZOO), 6)]


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0].name)
def test_nothing_is_left_of_them(group: tuple[Specimen, ...], record_property) -> None:
    with subprocess.Popen(
        [sys.executable, "owner.py", *(specimen.typed for specimen in group)],
        cwd=PROGRAMS,
        stdout=subprocess.PIPE,
        text=True,
    ) as owner:
        try:
            assert owner.stdout is not None
            staged = Staged.told(owner.stdout.readline())
            assert len(staged.servers) == len(group)
        finally:
            owner.kill()
        staged.seconds_until_gone()
    for specimen in group:
        record_property(f"{specimen.name}|killed", "holds")
