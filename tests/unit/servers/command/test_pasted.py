"""What stands before a command where it was copied is named, and no part of it."""

from __future__ import annotations

import pytest

from labapp.servers.command import parse
from labapp.servers.errors import LaunchError


@pytest.mark.parametrize(
    ("command", "sign"),
    [
        ("$ gunicorn shop:app", "$"),
        (">>> gunicorn shop:app", ">>>"),
        ("# gunicorn shop:app", "#"),
        ("% gunicorn shop:app", "%"),
        ("(venv) ada@host:~/shop$ gunicorn shop:app", "(venv) ada@host:~/shop$"),
        ("In [3]: gunicorn shop:app", "In [3]:"),
        ("!gunicorn shop:app", "!"),
        ("%gunicorn shop:app", "%"),
        ("%sx gunicorn shop:app", "%sx"),
        ("%%bash\ngunicorn shop:app", "%%bash"),
        ("gunicorn \\\n> shop:app", ">"),
    ],
)
def test_a_prompt_is_named(command: str, sign: str) -> None:
    with pytest.raises(LaunchError) as caught:
        parse(command)
    assert caught.value.summary.startswith(f"`{sign}` is ")
    assert "no part of the command" in caught.value.summary
    assert caught.value.advice.startswith("leave it out: gunicorn")
    assert caught.value.advice.endswith("shop:app")


@pytest.mark.parametrize(
    ("command", "summary", "advice"),
    [
        ("web: gunicorn shop:app", "`web:` belongs to a Procfile", "leave it out: gunicorn shop:app"),
        ("CMD gunicorn shop:app", "`CMD` belongs to a Dockerfile", "leave it out: gunicorn shop:app"),
        (
            'CMD ["gunicorn", "shop:app"]',
            "`CMD` belongs to a Dockerfile",
            'leave it out: lab.launch(["gunicorn", "shop:app"])',
        ),
        (
            "command: gunicorn shop:app",
            "belongs to a file of Docker Compose",
            "leave it out: gunicorn shop:app",
        ),
        ("ExecStart=gunicorn shop:app", "belongs to a unit of systemd", "leave it out: gunicorn shop:app"),
        (
            '["gunicorn", "shop:app"]',
            "The command is a list of words within a string.",
            'write lab.launch(["gunicorn", "shop:app"])',
        ),
    ],
)
def test_a_command_quoted_from_a_file_is_named(command: str, summary: str, advice: str) -> None:
    with pytest.raises(LaunchError) as caught:
        parse(command)
    assert summary in caught.value.summary
    assert caught.value.advice == advice
