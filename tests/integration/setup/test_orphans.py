"""Ended children that nobody fetches, where there is no init."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from jupyter_client.blocking import BlockingKernelClient
from support.waiting import wait_for

from labapp.course.desk import orphans

APART = "unshare --pid --fork --mount-proc --kill-child"
# Jupyter, which looks more often than a container's has to.
CONFIGURATION = """
from labapp.course.desk import extension
extension.EVERY = 0.2
c.ServerApp.jpserver_extensions = {"labapp.course.desk": True}
c.ServerApp.allow_root = True
c.ServerApp.port = 0
"""
LAUNCH = "from labapp import lab; web = lab.launch('gunicorn \"labapp:create_app()\"')"


def test_what_nobody_fetches_between_two_looks_is_fetched() -> None:
    left = [subprocess.Popen(["true"], start_new_session=alone) for alone in (True, True, False)]
    try:
        for process in left:
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        fetcher = orphans.Orphans()
        for alive in (3, 1):
            fetcher.fetch()
            assert sum(psutil.pid_exists(process.pid) for process in left) == alive
        assert psutil.Process(left[2].pid).status() == psutil.STATUS_ZOMBIE
    finally:
        for process in left:
            process.wait()


@pytest.fixture
def jupyter() -> Iterator[tuple[psutil.Process, Path]]:
    """Jupyter's server as PID 1 of a namespace of its own, and the folder in which it writes about itself."""
    with tempfile.TemporaryDirectory(prefix="lab-", dir="/tmp") as folder:
        place = Path(folder)
        (place / "config.py").write_text(CONFIGURATION)
        own = {f"JUPYTER_{name}_DIR": f"{place / name}" for name in ("CONFIG", "DATA", "RUNTIME")}
        words = [sys.executable, "-m", "jupyter_server", "--config=config.py", "--IdentityProvider.token=x"]
        with (place / "log").open("w") as log:
            unshare = subprocess.Popen(
                [*APART.split(), *words],
                env=os.environ | own | {"LABAPP_RUNTIME_DIR": str(place)},
                cwd=place,
                stdout=log,
                stderr=log,
            )
        try:
            wait_for((place / "RUNTIME" / "jpserver-1.json").exists, 60, "Jupyter's address")
            [server] = psutil.Process(unshare.pid).children()
            yield server, place / "RUNTIME"
        finally:
            unshare.kill()  # And so, by --kill-child, everything in the namespace.
            unshare.wait()


@pytest.mark.root
def test_jupyter_as_the_first_process_fetches_what_a_killed_kernel_leaves(
    jupyter: tuple[psutil.Process, Path],
) -> None:
    server, place = jupyter
    url = json.loads((place / "jpserver-1.json").read_text())["url"]
    asked = urllib.request.Request(f"{url}api/kernels?token=x", method="POST")
    with urllib.request.urlopen(asked, timeout=60) as answer:
        made: dict[str, Any] = json.loads(answer.read())
    client = BlockingKernelClient(connection_file=str(place / f"kernel-{made['id']}.json"))
    client.load_connection_file()
    client.start_channels(hb=False)  # A busy kernel that misses a beat of one second would count as dead.
    try:
        client.wait_for_ready(timeout=60)
        assert client.execute_interactive(LAUNCH, timeout=60)["content"]["status"] == "ok"
    finally:
        client.stop_channels()
    [kernel] = server.children()
    family = kernel.children(recursive=True)
    assert any("gunicorn" in " ".join(process.cmdline()) for process in family)
    kernel.kill()
    wait_for(lambda: not any(process.is_running() for process in family), 20, "what it left to be fetched")
