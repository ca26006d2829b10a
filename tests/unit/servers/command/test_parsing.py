import sys
from pathlib import Path

import pytest

from labapp.servers import command
from labapp.servers.errors import LaunchError


def test_a_string_is_read_as_a_shell_reads_words() -> None:
    parsed = command.parse('gunicorn "labapp:create_app()" --workers 5')
    assert parsed.argv == ("gunicorn", "labapp:create_app()", "--workers", "5")
    assert parsed.typed == 'gunicorn "labapp:create_app()" --workers 5'
    assert parsed.name == "gunicorn"


def test_a_list_is_taken_word_by_word() -> None:
    parsed = command.parse(["python", "-c", "a & b > c", "X=1"])
    assert parsed.argv == ("python", "-c", "a & b > c", "X=1")
    assert parsed.typed == "python -c 'a & b > c' X=1"
    assert parsed.settings == {}


def test_settings_in_front_join_those_of_env() -> None:
    parsed = command.parse("A=1 B='x y' python", env={"A": "0", "C": "3"})
    assert parsed.argv == ("python",)
    assert parsed.settings == {"A": "1", "B": "x y", "C": "3"}
    assert {**parsed.environment, **parsed.settings} == parsed.environment


def test_programs_beside_this_python_come_first() -> None:
    parsed = command.parse("gunicorn app")
    assert Path(parsed.program).parent == Path(sys.executable).parent
    assert command.parse("python").program == str(Path(sys.executable).parent / "python")


@pytest.mark.parametrize("name", ["PORT", "JPY_PARENT_PID", "JUPYTERHUB_API_TOKEN", "TERM", "LABAPP_RUNTIME"])
def test_a_kernel_s_own_variables_are_left_out(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "x")
    monkeypatch.setenv("SUPPORT", "kept")
    environment = command.parse("python").environment
    assert name not in environment
    assert environment["SUPPORT"] == "kept"
    assert environment["PYTHONUNBUFFERED"] == "1"


def test_what_would_change_a_kind_of_server_is_withheld_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", "9")
    monkeypatch.setenv("TERM", "x")
    parsed = command.parse("python", env={"TERM": "y"}, foreign=["WEB_.*"])
    assert "WEB_CONCURRENCY" not in parsed.environment
    assert parsed.environment["TERM"] == "y"
    assert {"WEB_CONCURRENCY"} <= parsed.withheld
    assert "TERM" not in parsed.withheld


def test_a_program_may_be_a_path_from_the_working_directory(tmp_path: Path) -> None:
    (tmp_path / "serve").write_text("#!/bin/sh\n")
    (tmp_path / "serve").chmod(0o755)
    assert command.parse("./serve", cwd=tmp_path).program == str(tmp_path / "serve")
    with pytest.raises(LaunchError, match="does not exist"):
        command.parse("./serve", cwd=tmp_path.parent)
