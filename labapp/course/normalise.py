"""What a notebook must not carry into the repository: widget state, timings, this machine's paths."""

from __future__ import annotations

import re
import sys
import sysconfig
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

_WIDGET = "application/vnd.jupyter.widget-view+json"


def normalise(notebook: NotebookNode, root: Path) -> None:
    """Strip from an executed notebook what only held on the machine, and in the kernel, that ran it.

    `root` is the checkout: paths under it become relative to it.
    """
    notebook.metadata.pop("widgets", None)
    shorten = _Shorten(root)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            # A view of a model that no kernel holds is an error message where the picture should be.
            if len(data) > 1:
                data.pop(_WIDGET, None)
            for key in ("text", "evalue", "traceback", "data"):
                if key in output:
                    output[key] = shorten(output[key])


class _Shorten:
    """Rewrites this machine's paths so that they hold elsewhere: from the checkout, from site-packages."""

    def __init__(self, root: Path) -> None:
        libraries = {sysconfig.get_path(name) for name in ("purelib", "platlib")}
        standard = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
        places = {
            **{f"{path}/": "site-packages/" for path in libraries},
            **{f"{path}/": "python3/" for path in standard},
            f"{sys.prefix}/": "",
            f"{root.resolve()}/": "",
            f"{Path.home()}/": "~/",
        }
        # The longest first: site-packages lies in the prefix, the prefix often in the checkout.
        self._places = dict(sorted(places.items(), key=lambda item: -len(item[0])))
        self._pattern = re.compile("|".join(re.escape(place) for place in self._places))

    def __call__(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._pattern.sub(lambda found: self._places[found[0]], value)
        if isinstance(value, list):
            return [self(item) for item in value]
        if isinstance(value, dict):
            return type(value)({key: self(item) for key, item in value.items()})
        return value
