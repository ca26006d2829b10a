"""What an import brings along, seen in a Python of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import labapp", {"flask", "ipywidgets", "psutil", "httpx"}),
        ("import labapp; labapp.create_app()", {"gunicorn", "gevent", "ipywidgets", "psutil"}),
    ],
)
def test_import_brings_nothing_unasked(code: str, absent: set[str]) -> None:
    script = f"import sys; {code}; print({absent} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_installing_imports_no_widgets():
    script = (
        "import sys, labapp.views as views; views.install_displays(); "
        "print([m for m in sys.modules if 'widget' in m])"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_to_pass_through_a_room_brings_nothing_along():
    """A hook in a server's own process does: what it brought along, the application would import no more."""
    inner = "labapp.servers.kinds.gunicorn", "labapp.servers.kinds.nginx", "labapp.servers.guard"
    script = f"import sys, labapp; before = set(sys.modules); import {', '.join(inner)}"
    script += "; print(*sorted(set(sys.modules) - before))"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.split() == sorted(["labapp.door", "labapp.servers", "labapp.servers.kinds", *inner])


def test_what_a_timeline_needs_is_imported_while_its_server_starts():
    script = """
import sys
from labapp import lab
from labapp.servers import running

def note(*args, note=running._note):
    known.update(sys.modules)
    note(*args)

known, running._note = set(), note
with lab.launch("waitress-serve --port 0 labapp.web.callables:hello"):
    print([name for name in set(sys.modules) - known if name.startswith("labapp")])
    print("labapp.observe.timeline.timeline" in known)
"""
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\nTrue\n"
