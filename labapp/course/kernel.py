"""Whether this process is the kernel of a notebook, and what is asked of it there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def in_a_kernel() -> bool:
    """Tell whether there is a notebook that could show something live."""
    from IPython import get_ipython  # noqa: PLC0415 - slow to import where there is no notebook

    return hasattr(get_ipython(), "kernel")


def show(bundle: dict[str, Any]) -> None:
    """Make an output of the cell that runs: the same in several forms, by their types."""
    from IPython import get_ipython  # noqa: PLC0415

    get_ipython().display_pub.publish(data=bundle)


def names() -> Mapping[str, Any]:
    """Return what the notebook's cells have defined so far."""
    from IPython import get_ipython  # noqa: PLC0415

    return dict(get_ipython().user_ns)


def this_cell() -> str:
    """Return the source of the cell that runs."""
    cells = names().get("In")
    return str(cells[-1]) if isinstance(cells, list) and cells else ""


def hears_beside_cells() -> bool:
    """Tell whether what a page sends comes in a thread of its own, and so may come after a later cell."""
    from IPython import get_ipython  # noqa: PLC0415

    thread: Any = getattr(getattr(get_ipython(), "kernel", None), "shell_channel_thread", None)
    return bool(thread and thread.manager.list_subshell())


def between_cells(do: Callable[[], None]) -> None:
    """Do something where cells are run, once none is running.

    What a press of a button calls runs beside the cells, in a thread in which no signal arrives.
    """
    from IPython import get_ipython  # noqa: PLC0415

    kernel: Any = get_ipython().kernel
    kernel.io_loop.add_callback(do)
