import json
from pathlib import Path

import pytest
from support.places import ROOT

from labapp.servers.http import browser_link

DIRECT = "http://127.0.0.1:8000"


@pytest.fixture(autouse=True)
def no_prefix(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("JPY_PARENT_PID", "4242")
    monkeypatch.delenv("JUPYTERHUB_SERVICE_PREFIX", raising=False)


def test_a_hub_tells_the_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ana/")
    assert browser_link(DIRECT, 8000) == "/user/ana/proxy/8000/"


def test_a_jupyter_without_a_hub_has_recorded_its_own(tmp_path: Path) -> None:
    (tmp_path / "jpserver-4243.json").write_text(json.dumps({"base_url": "/somebody/else/"}))
    assert browser_link(DIRECT, 8000) == DIRECT
    (tmp_path / "jpserver-4242.json").write_text(json.dumps({"base_url": "/node/c7/8890/"}))
    assert browser_link(DIRECT, 8000) == "/node/c7/8890/proxy/8000/"


@pytest.mark.parametrize("record", ["", "{}", '{"base_url": "/"}'])
def test_without_a_prefix_the_way_is_direct(record: str, tmp_path: Path) -> None:
    (tmp_path / "jpserver-4242.json").write_text(record)
    assert browser_link(DIRECT, 8000) == DIRECT


def test_no_browser_finds_a_unix_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ana/")
    assert browser_link(None, None) is None


def test_nobody_else_asks_for_the_prefix() -> None:
    named = [
        path.relative_to(ROOT).as_posix()
        for folder in ("labapp", "lessons")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".md", ".js"} and "SERVICE_PREFIX" in path.read_text()
    ]
    assert named == ["labapp/servers/http/jupyter.py"]
