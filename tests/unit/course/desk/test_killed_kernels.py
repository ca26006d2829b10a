"""How often Jupyter's server looks whether a kernel lives."""

from __future__ import annotations

import pytest
from jupyter_client.ioloop import AsyncIOLoopKernelManager, AsyncIOLoopKernelRestarter
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets.config import Config

from labapp.course.desk.killed_kernels import EVERY, miss


@pytest.mark.parametrize(
    ("settings", "every"), [({}, EVERY), ({"KernelRestarter": {"time_to_dead": 7.0}}, 7.0)]
)
def test_a_kernel_is_looked_for_often_unless_the_settings_say_how_often(settings: dict, every: float) -> None:
    kernels = AsyncMappingKernelManager(config=Config(settings))
    miss(kernels)
    kernel = AsyncIOLoopKernelManager(parent=kernels)
    assert AsyncIOLoopKernelRestarter(kernel_manager=kernel, parent=kernel).time_to_dead == every
