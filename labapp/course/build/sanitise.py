"""What differs between two honest runs (pids, ports, times), replaced by a word before outputs are compared.

The file is nbval's, and so is the way it is applied: one list of rules serves the build and the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from labapp.front_end import VIEW

FILE = Path("lessons") / "sanitise.cfg"
# A section whose name begins so also holds for what is published: no notebook shows a path of one machine.
_PATHS = re.compile(r"^\[path of [^\]]*\]\n((?:^(?:regex|replace): .*\n?)*)", re.MULTILINE)
_RULE = re.compile(r"^regex: (.*)$\n^replace: (.*)$", re.MULTILINE)
# What nbval leaves out of a comparison, apart from tracebacks: those are compared here, once sanitised.
_IGNORED = ("metadata", "output_type", "name", "execution_count", VIEW)

Output = dict[str, Any]


class Sanitiser:
    """The rules of one file, in order."""

    def __init__(self, text: str) -> None:
        # A pattern that is written twice keeps its first place and its last replacement, as in nbval.
        self.rules: dict[str, str] = dict(_RULE.findall(text))
        self._paths: dict[str, str] = dict(_RULE.findall("".join(_PATHS.findall(text))))

    @classmethod
    def read(cls, path: Path) -> Sanitiser:
        """Read a file of rules; raise OSError if there is none."""
        return cls(path.read_text(encoding="utf-8"))

    def __call__(self, value: Any) -> Any:
        """Return `value` with every rule applied; what is not text is returned as it is."""
        return _apply(self.rules, value) if isinstance(value, str) else value

    def shorten(self, text: str) -> str:
        """Return `text` with the rules for paths applied: as a published notebook shows it."""
        return _apply(self._paths, text)

    def same(self, one: Iterable[Output], other: Iterable[Output]) -> bool:
        """Tell whether two lists of outputs say the same."""
        return self._flat(one) == self._flat(other)

    def _flat(self, outputs: Iterable[Output]) -> dict[str, list[Any]]:
        """Return the sanitised values by key: the order of unlike outputs is left to chance by Jupyter."""
        found: dict[str, list[Any]] = {}
        for output in outputs:
            if output["output_type"] == "stream":
                text = "".join([*found.get(output["name"], []), output["text"]])
                found[output["name"]] = [text]
                continue
            for key, value in {**output, **output.get("data", {})}.items():
                if key == "traceback":
                    found.setdefault(key, []).append(self("\n".join(value)))
                elif key != "data" and key not in _IGNORED:
                    found.setdefault(key, []).append(self(value))
        for stream in ("stdout", "stderr"):
            if stream in found:
                found[stream] = [self(found[stream][0])]
        return found


def _apply(rules: dict[str, str], text: str) -> str:
    for pattern, replacement in rules.items():
        text = re.sub(pattern, replacement, text)
    return text
