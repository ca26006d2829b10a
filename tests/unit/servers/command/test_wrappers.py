"""What stands before a server's own command is looked through, or answered with what to do instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from labapp.servers.command import parse
from labapp.servers.errors import LaunchError
from labapp.servers.kinds.gunicorn.kind import Gunicorn
from labapp.servers.kinds.known import kind_of

G = "gunicorn shop:app"


@pytest.fixture(autouse=True)
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each program that becomes another, wherever the tests run."""
    for name in (
        "nohup",
        "nice",
        "ionice",
        "stdbuf",
        "taskset",
        "chrt",
        "prlimit",
        "systemd-socket-activate",
    ):
        (tmp_path / name).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")


@pytest.mark.parametrize(
    ("typed", "runs"),
    [
        (f"exec {G}", G),
        (f"env {G}", G),
        (f"bash -c '{G}'", G),
        (f"sh -ec 'exec {G}'", G),
        (f"nohup {G}", f"nohup {G}"),
        (f"nice -n 5 {G}", f"nice -n 5 {G}"),
        (f"nice -5 {G}", f"nice -5 {G}"),
        (f"nohup nice --adjustment=5 env A=1 {G}", f"nohup nice --adjustment=5 {G}"),
        (f"ionice -c 3 {G}", f"ionice -c 3 {G}"),
        (f"taskset -c 0 {G}", f"taskset -c 0 {G}"),
        (f"chrt -b 0 {G}", f"chrt -b 0 {G}"),
        (f"exec -a web {G}", G),
        ("python -um gunicorn shop:app", "python -um gunicorn shop:app"),
        (f"stdbuf -oL {G}", f"stdbuf -oL {G}"),
        (f"prlimit --nofile=64 {G}", f"prlimit --nofile=64 {G}"),
        (f"systemd-socket-activate -E A=1 -l 8 {G}", f"systemd-socket-activate -E A=1 -l 8 {G}"),
        ("nohup python -m gunicorn.app.wsgiapp shop:app", "nohup python -m gunicorn.app.wsgiapp shop:app"),
    ],
)
def test_the_server_is_known_behind_it(typed: str, runs: str) -> None:
    for command in (typed, typed.split()) if "'" not in typed else (typed,):
        parsed = parse(command)
        assert list(parsed.argv) == runs.split()
        assert type(kind_of(parsed)) is Gunicorn
        assert Gunicorn(parsed).emits_events
        assert Gunicorn(parsed).command.own[-1] == "shop:app"


def test_settings_count_wherever_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPPORT", "here")
    for typed in (f"A=1 {G}", f"env A=1 {G}", f"env -u SUPPORT A=1 {G}", f"bash -c 'A=1 exec {G}'"):
        parsed = parse(typed)
        assert parsed.settings == {"A": "1"}
        assert parsed.environment["A"] == "1"
        assert ("SUPPORT" in parsed.environment) is ("-u" not in typed)


@pytest.mark.parametrize(
    ("typed", "summary", "advice"),
    [
        (f"sudo {G}", "`sudo` asks for rights", f'leave it out: lab.launch("{G}").'),
        (f"sudo -u www {G}", "`sudo` asks for rights", f'leave it out: lab.launch("{G}").'),
        (f"poetry run {G}", "`poetry run` would choose another environment", f'lab.launch("{G}")'),
        (f"uv run --with flask {G}", "`uv run` would choose another", f'path: lab.launch(".venv/bin/{G}")'),
        (f"pipenv run {G}", "`pipenv run` would choose another environment", f'lab.launch("{G}")'),
        (f"conda run -n shop {G}", "`conda run` would choose another environment", f'lab.launch("{G}")'),
        (f"uv tool run {G}", "`uv tool run` would choose another environment", f'.venv/bin/{G}")'),
        (f"su -c '{G}' www", "`su` asks for rights", f'leave it out: lab.launch("{G}").'),
        ("systemctl start web", "`systemctl` has the machine start it", "the command that the service runs"),
        ("docker run -p 80:80 web", "`docker` starts it in a container", "the CMD of its image"),
        (f"timeout 2m {G}", "`timeout` would stand between", "threading.Timer(120, web.stop).start()"),
        (f"timeout -k 5 30 {G}", "`timeout` would stand between", f'web = lab.launch("{G}"), then'),
        (f"setsid {G}", "`setsid` would take the server away", f'lab.launch("{G}")'),
        (f"time {G}", "`time` would stand between", f'lab.launch("{G}")'),
        (f"env -i {G}", "`env -i` would take from the server what the lab tells it.", "env= and cwd="),
        (
            f"bash -c 'cd shop && {G}'",
            "`bash -c` would put a shell between the lab and the server: `&&` belongs to a shell",
            f'write lab.launch("{G}", cwd="shop")',
        ),
        (f"bash -lc '{G}'", "with its profile", f'leave it out: lab.launch("{G}")'),
        ("nohup gunicron shop:app", "There is no program called 'gunicron'", "did you mean gunicorn"),
    ],
)
def test_what_would_stand_between_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, summary: str, advice: str
) -> None:
    monkeypatch.chdir(tmp_path)
    if typed.startswith("uv"):
        (tmp_path / ".venv/bin").mkdir(parents=True)
        (tmp_path / ".venv/bin/gunicorn").touch()
    with pytest.raises(LaunchError) as caught:
        parse(typed)
    assert summary in caught.value.summary
    assert advice in caught.value.advice


def test_a_shell_in_a_list_is_insisted_on() -> None:
    words = ["sh", "-c", f"cd shop && {G}"]
    assert list(parse(words).argv) == words


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("env", "env"),
        ("nice", "nice"),
        ("nice -n 5", "nice"),
        ("nohup", "nohup"),
        ("taskset 1", "taskset"),
        ("A=1 env", "env"),
    ],
)
def test_one_that_nothing_follows_is_answered(typed: str, name: str) -> None:
    with pytest.raises(LaunchError) as raised:
        parse(typed)
    assert raised.value.summary == f"`{name}` is there to run another command, and none follows it."
    assert f"{name} python -m http.server" in str(raised.value)
