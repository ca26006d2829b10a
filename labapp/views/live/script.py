"""One script from several modules: what a widget sends to the browser is a single file."""

from __future__ import annotations

import re
from pathlib import Path

# Only what stands alone on its lines: `import { a, b } from "./other.js";`
IMPORT = re.compile(r'^import \{[^}]*\} from "(\.{1,2}/[\w./-]+\.js)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:function|class|const) (\w+))", re.MULTILINE)


def bundle(entry: Path) -> str:
    """Return a script after all that it imports, each module once and in a scope of its own.

    What they export has names that differ; no module imports one that imports it.
    """
    *modules, last = _gather(entry.resolve(), {}).values()
    return "\n".join([*map(_enclose, modules), IMPORT.sub("", last)])


def _gather(path: Path, found: dict[Path, str]) -> dict[Path, str]:
    """Collect a module's text after the texts of those it imports."""
    text = path.read_text(encoding="utf-8")
    for name in IMPORT.findall(text):
        if (imported := (path.parent / name).resolve()) not in found:
            _gather(imported, found)
    found[path] = text
    return found


def _enclose(module: str) -> str:
    """Return a module as a statement that declares only what it exports."""
    names = ", ".join(EXPORT.findall(module))
    body = EXPORT.sub("", IMPORT.sub("", module))
    return f"const {{ {names} }} = (() => {{\n{body}\nreturn {{ {names} }};\n}})();"
