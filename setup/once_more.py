"""The few tests that failed, run once more by themselves.

Tests run several at a time, with real servers and browsers, on as few as two processors: what is late there
may be in time alone. Who fails alone as well has failed; who does not is unsteady, which is no failure but a
fault to mend, and is named.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from place import Place

MOST = 5  # More have a cause in common, which is not that they ran beside others.
ALONE = ("--numprocesses", "0", "--last-failed", "--last-failed-no-failures", "none")


def remembering(command: Sequence[str], stage: str) -> Sequence[str]:
    """Return pytest's command of a stage such that it notes who failed, apart from other stages."""
    if command[0] != "pytest":
        return command
    return ("pytest", "-o", f"cache_dir={_notes(stage)}", *command[1:])


def unsteady(command: Sequence[str], stage: str, place: Place) -> list[str]:
    """Run those alone that failed in a command of `remembering`; return them if all pass now, else none."""
    failed = _failed(place.folder / _notes(stage)) if command[0] == "pytest" else []
    if not 0 < len(failed) <= MOST:
        return []
    print(f"\n── {stage}: {len(failed)} failed, and once more, alone", flush=True)
    return failed if place.passes((*command, *ALONE)) else []


def _notes(stage: str) -> str:
    return f".pytest_cache/{stage}"


def _failed(notes: Path) -> list[str]:
    try:
        return sorted(json.loads((notes / "v" / "cache" / "lastfailed").read_text()))
    except FileNotFoundError:
        return []
