"""The page on adding a server: what it adds, taken from its own text, is held to every case."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from support.places import ROOT

PAGE = ROOT / "docs" / "adding-a-server.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
PLUGIN = """\
import labapp.servers.kinds as room
from labapp.servers.kinds import rows
import zoo

room.__path__.append({folder!r})
rows.ROWS = (*rows.ROWS, eval({row!r}, vars(rows)))
zoo.ZOO = (eval({specimen!r}, vars(zoo)),)
zoo.NAMES = [specimen.name for specimen in zoo.ZOO]
"""
MOST = 60


def test_the_page_adds_a_server(tmp_path: Path) -> None:
    module, row, specimen = BLOCKS
    assert sum(block.count("\n") for block in BLOCKS) < MOST
    folder = tmp_path / "kinds"  # Not on the path: a server would import it in place of Cheroot itself.
    folder.mkdir()
    (folder / "cheroot.py").write_text(module)
    (tmp_path / "adding.py").write_text(
        PLUGIN.format(folder=str(folder), row=row.strip(), specimen=specimen.strip())
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "adding", "-rA"]
    files = [f"tests/integration/kinds/test_{name}.py" for name in ("serving", "signals", "failures")]
    run = subprocess.run(
        [*command, *files],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT / 'tests'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-4000:]
    assert re.search(r"^3 passed", run.stdout, re.MULTILINE), run.stdout[-500:]
