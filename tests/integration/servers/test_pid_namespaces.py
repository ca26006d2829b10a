"""Two PID namespaces of one user, as a laptop and a container are: neither ends what the other runs."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from labapp import lab
from labapp.servers.guard import records, runtime

Launch = Callable[..., lab.Server]

# When its standard input ends, it tells whether its server was there until then, and stops it.
INSIDE = """
import json, sys
from labapp import lab
from labapp.servers.guard import runtime

lab.reset()
runtime.clear_leftovers()
inner = lab.launch("python -m http.server 0 --bind 127.0.0.1")
print(json.dumps({"url": inner.url, "directory": str(inner.directory)}), flush=True)
sys.stdin.read()
print(json.dumps(inner.running), flush=True)
inner.stop()
"""


@pytest.fixture
def inside() -> Iterator[subprocess.Popen[str]]:
    """Run the program above in a PID namespace of its own, with a /proc of its own."""
    words = ["unshare", "--map-current-user", "--pid", "--fork", "--mount-proc", "--kill-child"]
    command = [*words, sys.executable, "-c", INSIDE]
    with subprocess.Popen(command, text=True, stdin=-1, stdout=-1, stderr=-1) as started:
        yield started
        started.kill()


def test_what_lives_in_another_namespace_is_left_alone(launch: Launch, inside: subprocess.Popen[str]) -> None:
    outer = launch("python -m http.server 0 --bind 127.0.0.1")
    assert inside.stdout
    assert inside.stdin
    assert inside.stderr
    told = inside.stdout.readline()
    if not told and "unshare" in (words := inside.stderr.read()):
        pytest.skip(f"no PID namespace of its own is to be had here: {words.strip()}")
    theirs = json.loads(told)
    assert Path(theirs["directory"]).parent == outer.directory.parent
    record = records.read_record(Path(theirs["directory"]))
    assert record
    assert record.foreign

    # What began inside by clearing away what is left has not touched this server.
    assert outer.get("/").status_code == 200
    # And the other way round.
    assert Path(theirs["directory"]) not in [left.directory for left in runtime.find_leftovers()]
    runtime.clear_leftovers()
    lab.reset()
    assert not outer.running
    assert httpx.get(theirs["url"], trust_env=False).status_code == 200

    inside.stdin.close()
    assert json.loads(inside.stdout.readline()) is True
    assert inside.wait(timeout=20) == 0
    assert not Path(theirs["directory"]).exists()
