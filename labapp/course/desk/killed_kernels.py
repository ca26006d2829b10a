"""A kernel that was killed is missed at once: until then everything it showed looks alive.

Jupyter's server looks every three seconds whether its kernels live.
"""

from __future__ import annotations

from typing import Any

from traitlets.config import Config

EVERY = 0.5  # seconds


def miss(kernels: Any) -> None:
    """Have a server's kernels looked for so often, unless its settings say how often."""
    if "time_to_dead" not in kernels.config.KernelRestarter:
        kernels.update_config(Config({"KernelRestarter": {"time_to_dead": EVERY}}))
