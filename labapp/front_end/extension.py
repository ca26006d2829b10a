"""Where the extension lies, and the stamp by which a browser knows that it has changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

NAME = "labapp"
EXTENSIONS = Path(__file__).parent / "data" / "share" / "jupyter" / "labextensions"


def stamp() -> str:
    """Return a digest of all that the browser fetches; package.json has it behind the script's name."""
    files = sorted(path for path in (EXTENSIONS / NAME / "static").rglob("*") if path.is_file())
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:12]
