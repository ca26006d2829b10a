"""An advice that is a call in a notebook is a command before a shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from labapp.examine.from_shell import in_shell
from labapp.examine.refusals import ExamineError, not_started
from labapp.servers import LaunchError
from labapp.servers.command import parse

EXAMINE = "write: python -m labapp examine"


def advised(advice: str) -> str:
    return in_shell(not_started(LaunchError("No.", advice))).advice


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("cd src && gunicorn shop:app", "write: cd src && python -m labapp examine 'gunicorn shop:app'"),
        ("export A='x y' && gunicorn shop:app", f"""{EXAMINE} 'A='"'"'x y'"'"' gunicorn shop:app'"""),
        ("gunicorn shop:app | tee log", f"{EXAMINE} 'gunicorn shop:app'"),
        ("gunicorn shop:app -b 127.0.0.1:$PORT", "put the command in double quotes, so that your own shell"),
        ("ls; gunicorn shop:app", "give it one command, that of the server."),
    ],
)
def test_what_only_a_shell_would_understand(
    command: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # As one sees a folder from here it is named.
    with pytest.raises(LaunchError) as refused:
        parse(command, cwd=tmp_path)
    assert refused.value.advice != expected
    assert advised(refused.value.advice).startswith(expected)


def test_a_variable_that_is_kept_from_servers_is_put_before_the_command() -> None:
    call = 'lab.launch(..., env={"TOKEN": os.environ["TOKEN"]})'
    assert "lab.examine(..., env=" in not_started(LaunchError("No.", f"pass it along: {call}.")).advice
    assert advised(f"pass it along: {call}.").endswith('"TOKEN=$TOKEN …"')


def test_other_advice_stays_as_it_is() -> None:
    assert advised("correct that, then launch again.") == "correct that, then try again."
    assert in_shell(ExamineError("No.", "name paths")).advice == "name paths"
