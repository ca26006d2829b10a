"""Two limits of memory: one at which Python raises, one at which the kernel kills, and whom."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from support.waiting import wait_for

from labapp import lab

GUNICORN = 'gunicorn "labapp:create_app()" --workers 2'
MB = 1 << 20
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has these limits")


def leak(web: lab.Server) -> int | None:
    """Have a worker keep 64 MB; return the status of its answer, None if it gave none."""
    try:
        return web.get("/leak?mb=64").status_code
    except httpx.RemoteProtocolError:
        return None


def test_a_limit_of_the_address_space_is_an_error_like_another() -> None:
    with lab.launch(f"prlimit --as={400 * MB} {GUNICORN}", ready="/ping") as web:
        before = {one.pid for one in web.workers}
        assert any(leak(web) == 500 for _ in range(15))
        assert "MemoryError" in web.log.text
        assert web.get("/ping").status_code == 200
        assert {one.pid for one in web.workers} == before


@pytest.fixture
def limit() -> Iterator[Path]:
    """Make a control group whose processes may have 200 MB in all; return the file that takes its members."""
    name = f"labapp-{os.getpid()}"
    roots = {"/sys/fs/cgroup/memory": "memory.limit_in_bytes", "/sys/fs/cgroup": "memory.max"}
    for root, file in roots.items():
        group = Path(root, name)
        with suppress(OSError):
            group.mkdir()
            if (group / file).exists():
                (group / file).write_text(str(200 * MB))
                break
            group.rmdir()
    else:
        pytest.skip("no control group of its own is to be had here")
    yield group / "cgroup.procs"
    wait_for(lambda: not (group / "cgroup.procs").read_text(), 5, "its members to be gone")
    group.rmdir()


@pytest.mark.root
def test_of_a_group_the_kernel_kills_the_worker_that_is_fattest(limit: Path) -> None:
    with lab.launch(GUNICORN, ready="/ping") as web:
        web.wait_until(workers=2)  # One that is born later has its master's limit; one born unseen has none.
        for process in web.tree():
            limit.write_text(str(process.pid))
        master = web.pid
        assert any(leak(web) is None for _ in range(15))
        web.log.wait_for(r"Worker .* was sent SIGKILL! Perhaps out of memory\?")
        wait_for(lambda: len(web.workers) == 2, 10, "a successor")
        assert web.pid == master
        assert web.get("/ping").status_code == 200
