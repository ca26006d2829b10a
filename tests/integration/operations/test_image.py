"""The Dockerfile builds without an engine; what comes of it runs as an ordinary user, and ends gracefully."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import images

from labapp import lab
from labapp.servers.http import free_port

SHOP = f"localhost/shop-{os.getpid()}"  # In a store that other runs of the tests have, too.
pytestmark = [pytest.mark.root, pytest.mark.timeout(300)]


@pytest.fixture
def container(folder: Path, tmp_path: Path, needs: Callable[[str], str]) -> Iterator[str]:
    """Build the image, and return a container of it."""
    for program in ("buildah", "debootstrap"):
        needs(program)
    images.STORE.mkdir(parents=True, exist_ok=True)
    images.bring_base()
    context = folder / "container"
    wheels = ("--python-version", images.version_of_base(), "--only-binary=:all:", "--dest", tmp_path)
    pip = (sys.executable, "-m", "pip", "download", "--quiet", *wheels)
    images.said(*pip, "--requirement", context / "requirements.txt")
    images.build(context, SHOP, tmp_path)
    name = images.said(*images.buildah("from", SHOP))
    try:
        yield name
    finally:
        images.said(*images.buildah("rm", name))
        images.said(*images.buildah("rmi", SHOP))


def test_it_builds_and_runs(container: str) -> None:
    config = json.loads(images.said(*images.buildah("inspect", container)))["Docker"]["config"]
    assert (config["User"], config["StopSignal"], config["Cmd"]) == ("10001", "SIGTERM", ["gunicorn"])
    assert config["Healthcheck"]["Test"][0] == "CMD"
    run = images.buildah("run", container, "--")
    listed = images.said(*run, "ls", "-A").split()
    assert listed == ["gunicorn.conf.py", "shop.py"]
    cannot = subprocess.run(
        [*run, "touch", "/srv/shop/x"],
        env={**os.environ, **images.ENVIRONMENT},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Permission denied" in cannot.stderr
    # It shares the network of this machine, where a container has one of its own.
    command = shlex.join([*map(str, run), *config["Cmd"], "--bind", f"127.0.0.1:{free_port()}"])
    with lab.launch(command, ready="/health", timeout=30, env=images.ENVIRONMENT) as web:
        # Of a program in a container it is known by its workers, once they are more than just born.
        web.wait_until(lambda: web.tree().master is not None, timeout=10)
        master = web.tree().master
        assert master is not None
        status = Path(f"/proc/{master.pid}/status").read_text()
        assert "Uid:\t10001\t10001" in status
        assert web.get("/").text.startswith("worker ")
        os.kill(master.pid, signal.SIGTERM)
        web.wait_until(running=False, timeout=15)
        assert "Handling signal: term" in web.log.text
        assert web.ending == "exited with status 0"
