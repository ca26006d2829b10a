"""A plugin for nbval: a kernel that does not answer is started anew, once.

Its ports were free when chosen, and may be taken when it binds them.
"""

from typing import Any

import nbval.kernel

from labapp.course.execute import ANSWERS

_start = nbval.kernel.start_new_kernel


def start_new_kernel(startup_timeout: int = 60, **how: Any) -> Any:
    """Start a kernel as nbval does, with the patience of the build; `startup_timeout` has no say."""
    for seconds in ANSWERS[:-1]:
        try:
            return _start(seconds, **how)
        except RuntimeError:
            continue
    return _start(ANSWERS[-1], **how)


nbval.kernel.start_new_kernel = start_new_kernel
