"""When the kernel of a notebook that launched them is killed, nothing is left of servers of any kind."""

from __future__ import annotations

import os
import signal

import pytest
from support.kernels import running_kernel
from support.remains import Staged
from zoo import PROGRAMS, ZOO, Specimen

GROUPS = [ZOO[first : first + 6] for first in range(0, len(ZOO), 6)]


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0].name)
def test_nothing_is_left_of_them(group: tuple[Specimen, ...], record_property) -> None:
    with running_kernel(PROGRAMS) as kernel:
        told = kernel.run(f"import owner; owner.launch({[specimen.typed for specimen in group]!r})")
        staged = Staged.told(told)
        assert len(staged.servers) == len(group)
        os.kill(kernel.pid, signal.SIGKILL)
        staged.seconds_until_gone()
    for specimen in group:
        record_property(f"{specimen.name}|killed", "holds")
