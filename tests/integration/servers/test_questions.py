"""A command that asks for something is no failed launch: what it printed is shown, whole."""

from __future__ import annotations

import re

import pytest
from gunicorn import __version__
from support.remains import PROGRAMS

from labapp import lab
from labapp.servers.errors import LaunchError


def test_what_was_printed_is_shown_whole() -> None:
    told = lab.launch("gunicorn --version")
    assert repr(told) == (
        f"gunicorn --version\n  exited with status 0, and printed:\ngunicorn (version {__version__})"
    )
    assert not told.running
    assert not told.directory.exists()
    told.stop()
    with lab.launch("gunicorn --print-config app:app -b 0.0.0.0:80", cwd=PROGRAMS) as told:
        assert re.search(r"^bind += \['0\.0\.0\.0:80'\]$", told.log.text, re.MULTILINE)
        assert "labapp" not in told.log.text
        assert repr(told).endswith(told.log.lines[-1])
    assert repr(lab.launch("gunicorn --check-config app:app", cwd=PROGRAMS)).endswith("and printed nothing")
    assert "nginx version: nginx/" in lab.launch("nginx -v").log.text
    assert lab.servers() == []


@pytest.mark.parametrize(
    ("command", "summary"),
    [
        ("gunicorn --check-config ap:app", "There is no module 'ap' to import."),
        ("nginx -t -c none.conf", "There is no none.conf in "),
        ("nginx", 'Nginx refuses to start: open() "./nginx.conf" failed (2: No such file'),
    ],
)
def test_a_question_may_find_something_wrong(command: str, summary: str) -> None:
    with pytest.raises(LaunchError) as caught:
        lab.launch(command, cwd=PROGRAMS)
    assert ("lab.nginx(…)" in caught.value.advice) == (command == "nginx")
    assert caught.value.summary.startswith(summary)
