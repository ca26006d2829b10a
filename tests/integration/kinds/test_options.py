"""The options that a row lists are those of its server, as that says itself."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from zoo import APACHE, MOD_WSGI

from labapp.servers.kinds.rows import ROWS, Row
from labapp.servers.kinds.waitress import Waitress

LISTED = [row for row in ROWS if row.options and (APACHE or row.name != MOD_WSGI.name)]


@pytest.mark.parametrize("row", LISTED, ids=[row.name for row in LISTED])
def test_a_server_has_the_options_that_are_said_to_be_its_own(row: Row) -> None:
    program = str(Path(sys.executable).with_name(min(row.programs)))
    said = ""
    for words in {(), tuple(row.subcommand.split())}:
        told = subprocess.run([program, *words, "--help"], capture_output=True, text=True, check=False)
        said += told.stdout + told.stderr
    # `--[no-]access-log`, `--access-log / --no-access-log`, `--port=PORT`, `-b, --bind ADDRESS`.
    known = set(re.findall(r"(?<![\w-])(?:--[a-zA-Z][\w-]*|-[a-zA-Z]\b)", said.replace("[no-]", "")))
    assert not row.options - known


def test_the_help_that_waitress_writes_after_what_is_wrong_is_no_evidence():
    said = subprocess.run(
        [sys.executable, "-m", "waitress", "nowhere:app"], capture_output=True, text=True, check=False
    )
    lines = [line for line in said.stdout.splitlines() + said.stderr.splitlines() if line.strip()]
    assert Waitress.noise
    kept = [line for line in lines if not Waitress.noise.search(line)]
    assert "No module named 'nowhere'" in kept[0]
    assert len(kept) < 6 < len(lines)
