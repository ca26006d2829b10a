from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from labapp.observe.kernel.process import Process
from labapp.observe.telling import VARIABLE

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


class FakeProc:
    """A folder that looks like `/proc`, as far as a reader looks."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def set(
        self,
        pid: int,
        ppid: int = 1,
        children: str = "",
        *,
        command: str = "python",
        state: str = "S",
        threads: dict[int, str] | None = None,
        ticks: int = 0,
        started: float = 5.0,
        image: int = 7,
        title: str = "python app.py",
        environ: str = "",
        pages: int = 100,
    ) -> None:
        lists = {pid: children, **(threads or {})}
        fields = ["0"] * 50
        fields[0:2] = [state, str(ppid)]
        fields[11], fields[17], fields[19] = str(ticks), str(len(lists)), str(int(started * TICKS))
        fields[21], fields[25] = str(pages), str(image)
        for thread, pids in lists.items():
            self.write(f"{pid}/task/{thread}/children", pids)
        self.write(f"{pid}/stat", f"{pid} ({command}) {' '.join(fields)}\n")
        self.write(f"{pid}/cmdline", title.replace(" ", "\0") + "\0")
        self.write(f"{pid}/environ", environ)

    def write(self, path: str, text: str) -> None:
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def end(self, pid: int) -> None:
        """Make every file of a process say nothing, also to those who hold it open."""
        for file in (self.path / str(pid)).rglob("*"):
            if file.is_file():
                file.write_text("")
                file.unlink()


@pytest.fixture
def listening(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(place))


@pytest.fixture
def proc(tmp_path: Path) -> FakeProc:
    return FakeProc(tmp_path / "proc")


@pytest.fixture
def process() -> Callable[..., Process]:
    def make(pid: int, ppid: int = 10, *, started: float | None = None, **more: object) -> Process:
        values = {
            "command": "gunicorn",
            "state": "sleeping",
            "threads": 1,
            "cpu": 0.0,
            "rss": 20_000_000,
            "title": "python gunicorn app",
            "image": 7,
        }
        return Process(pid, ppid, float(pid) if started is None else started, **(values | more))

    return make
