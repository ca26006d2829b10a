"""What a notebook must not carry into the repository: widget state, timings, this machine's paths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbformat import NotebookNode

from labapp.front_end import VIEW

_TEXTS = ("text", "evalue", "traceback", "data")


def normalise(notebook: NotebookNode, shorten: Callable[[str], str]) -> None:
    """Strip from an executed notebook what only held on the machine, and in the kernel, that ran it.

    `shorten` is applied to every text of every output.
    """
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            # A view of a model that no kernel holds is an error message where the picture should be.
            if len(data) > 1:
                data.pop(VIEW, None)
            for key in _TEXTS:
                if key in output:
                    output[key] = _everywhere(output[key], shorten)


def _everywhere(value: Any, shorten: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return shorten(value)
    if isinstance(value, list):
        return [_everywhere(item, shorten) for item in value]
    if isinstance(value, dict):
        return type(value)({key: _everywhere(item, shorten) for key, item in value.items()})
    return value
