"""A plugin for nbval: a kernel that does not answer is started anew, once.

Its ports were free when chosen, and may be taken when it binds them.
"""

from typing import Any

import nbval.kernel

# In s: how long the first kernel may take to answer.
FIRST = 20

_start = nbval.kernel.start_new_kernel


def start_new_kernel(startup_timeout: int = 60, **how: Any) -> Any:
    """Start a kernel as nbval does; `startup_timeout`, in s, is for the second one."""
    try:
        return _start(FIRST, **how)
    except RuntimeError:
        return _start(startup_timeout, **how)


nbval.kernel.start_new_kernel = start_new_kernel
