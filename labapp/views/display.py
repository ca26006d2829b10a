"""Rich display of what the lower floors hand to a notebook, which know nothing of pictures."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labapp.load import Load, Steps
    from labapp.observe import Tree
    from labapp.observe.timeline import Timeline, TimelineSlice


def install_displays() -> bool:
    """Have IPython, if this runs in it, show all of it as pictures; return whether it does."""
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython else None
    if shell is None:
        return False
    # By name: what is never shown is never imported.
    formatter = shell.display_formatter.mimebundle_formatter
    formatter.for_type_by_name("labapp.observe.tree", "Tree", _show_tree)
    formatter.for_type_by_name("labapp.load.result", "Load", _show_load)
    formatter.for_type_by_name("labapp.load.steps", "Steps", _show_steps)
    formatter.for_type_by_name("labapp.observe.timeline.timeline", "Timeline", _show_timeline)
    formatter.for_type_by_name("labapp.observe.timeline.slice", "TimelineSlice", _show_timeline)
    return True


def _show_tree(tree: Tree) -> dict[str, str]:
    from labapp.views.tree import tree_bundle  # noqa: PLC0415 (only what is shown is paid for)

    return tree_bundle(tree)


def _show_load(load: Load) -> dict[str, str]:
    from labapp.views.load import load_bundle  # noqa: PLC0415 (only what is shown is paid for)

    return load_bundle(load)


def _show_steps(steps: Steps) -> dict[str, str]:
    from labapp.views.load import steps_bundle  # noqa: PLC0415 (only what is shown is paid for)

    return steps_bundle(steps)


def _show_timeline(shown: TimelineSlice | Timeline) -> dict[str, str]:
    from labapp.views.timeline import timeline_bundle  # noqa: PLC0415 (only what is shown is paid for)

    return timeline_bundle(shown)
