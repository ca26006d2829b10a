import argparse
from pathlib import Path

import pytest
from gunicorn.config import Config

from labapp.servers import command
from labapp.servers.errors import LaunchError
from labapp.servers.guard.records import Record
from labapp.servers.kinds.gunicorn.kind import Gunicorn
from labapp.servers.kinds.gunicorn.options import parser, read
from labapp.servers.kinds.known import kind_of

RECORD = Record(Path("/run/lab/1-2-3"), 1, 0.02)
CONTROL = "--control-socket /run/lab/1-2-3/gunicorn.ctl"
HOOKS = "--logger-class labapp.servers.kinds.gunicorn.hooks.Logger"


def gunicorn(typed: str, cwd: Path | None = None, **env: str) -> Gunicorn:
    return Gunicorn(command.parse(typed, cwd=cwd, env=env))


def added(program: Gunicorn) -> str:
    return program.additions(RECORD).get("GUNICORN_CMD_ARGS", "")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gunicorn app", True),
        ("python -m gunicorn app", True),
        ("python -u -m gunicorn app", True),
        ("python -X dev -m gunicorn app", True),
        ("python -mgunicorn app", True),
        ("python -m http.server", False),
        ("python gunicorn", False),
        ("python -m", False),
        ("sleep gunicorn", False),
    ],
)
def test_gunicorn_is_known_by_its_command(typed: str, meant: bool) -> None:
    assert (type(kind_of(command.parse(typed))) is Gunicorn) is meant


@pytest.mark.parametrize(
    "typed",
    [
        "gunicorn app -b 127.0.0.1:9",
        "gunicorn -b127.0.0.1:9 app",
        "gunicorn app --bind=127.0.0.1:9",
        "gunicorn app --bi 127.0.0.1:9",
        "gunicorn -Db 127.0.0.1:9 app",
        "python -m gunicorn app -b unix:/tmp/x",
        "gunicorn app -b 127.0.0.1:9 -b 127.0.0.1:10",
    ],
)
def test_a_command_that_binds_is_left_to_itself(typed: str) -> None:
    assert added(gunicorn(typed)) == f"{CONTROL} {HOOKS}"


@pytest.mark.parametrize(
    "typed",
    ["gunicorn app", "gunicorn app --backlog 5", "gunicorn app -w 4 -k gthread", "gunicorn app -c none.py"],
)
def test_any_other_is_bound_to_a_free_port(typed: str) -> None:
    assert added(gunicorn(typed)) == f"--bind 127.0.0.1:0 {CONTROL} {HOOKS}"


@pytest.mark.parametrize("option", ["--control-socket /tmp/x", "--no-control-socket"])
def test_a_command_may_say_where_its_control_socket_is(option: str) -> None:
    assert added(gunicorn(f"gunicorn app {option}")) == f"--bind 127.0.0.1:0 {HOOKS}"


def test_arguments_in_the_environment_are_kept() -> None:
    given = added(gunicorn("gunicorn app", GUNICORN_CMD_ARGS="-w 3"))
    assert given == f"-w 3 --bind 127.0.0.1:0 {CONTROL} {HOOKS}"
    assert added(gunicorn("gunicorn app", GUNICORN_CMD_ARGS="-b :9")) == f"-b :9 {CONTROL} {HOOKS}"


@pytest.mark.parametrize(
    "typed",
    [
        "gunicorn app --logger-class mine.Logger",
        "gunicorn app --statsd-host localhost:8125",
        "GUNICORN_CMD_ARGS='--logger-class=mine.Logger' gunicorn app",
        "gunicorn app -c logs.py",
        "./gunicorn app",
    ],
)
def test_there_are_no_hooks_where_the_learner_chose_a_logger_or_another_python(
    tmp_path: Path, typed: str
) -> None:
    (tmp_path / "logs.py").write_text("logger_class = 'mine.Logger'")
    (tmp_path / "gunicorn").write_text("#!/bin/sh\n")
    (tmp_path / "gunicorn").chmod(0o700)
    program = gunicorn(typed, cwd=tmp_path)
    assert not program.emits_events
    assert HOOKS not in added(program)


@pytest.mark.parametrize(
    ("text", "binds"),
    [
        ("bind = '127.0.0.1:9'", ["127.0.0.1:9"]),
        ("bind: list = ['127.0.0.1:9', 'unix:x']", ["127.0.0.1:9", "unix:x"]),
        ("bind = '127.0.0.1:9, unix:x'", ["127.0.0.1:9", "unix:x"]),
        ("import os\nbind = os.environ.get('BIND')", []),
        ("from settings import bind", []),
        ("from settings import at as bind", []),
        ("if True:\n    bind = '127.0.0.1:9'", ["127.0.0.1:9"]),
        ("workers = 3", None),
        ("# bind = '127.0.0.1:9'", None),
        ("bind = ", None),
    ],
)
def test_a_configuration_file_may_bind(tmp_path: Path, text: str, binds: list[str] | None) -> None:
    for name, typed in [
        ("gunicorn.conf.py", "gunicorn app"),
        ("mine.py", "gunicorn app -c mine.py"),
        ("named.py", "gunicorn app --config=file:named.py"),
        ("module.py", "gunicorn app -c python:module"),
        ("mine.py", "gunicorn app -c mine.py --chdir elsewhere"),
    ]:
        (tmp_path / name).write_text(text)
        program = gunicorn(typed, cwd=tmp_path)
        assert program.binds == binds
        assert ("--bind" in added(program)) is (binds is None)
        (tmp_path / name).unlink()


@pytest.mark.parametrize(
    ("bind", "exposed"),
    [
        ("127.0.0.1:80", None),
        ("127.0.0.1", None),
        ("localhost", None),
        ("[::1]:80", None),
        ("tcp://127.0.0.1:80", None),
        ("unix:/tmp/x", None),
        ("fd://3", None),
        ("0.0.0.0:80", "0.0.0.0:80"),
        ("0.0.0.0", "0.0.0.0"),
        (":80", ":80"),
        ("[::]:80", "[::]:80"),
        ("tcp://192.0.2.1", "tcp://192.0.2.1"),
        ("example.org:80", "example.org:80"),
    ],
)
def test_what_others_could_reach_is_noticed(bind: str, exposed: str | None) -> None:
    assert gunicorn(f"gunicorn app -b '{bind}'").exposure() == exposed
    assert gunicorn(f"gunicorn app -b 127.0.0.1:9 -b '{bind}'").exposure() == exposed


@pytest.mark.parametrize(
    ("typed", "unseen"),
    [
        ("gunicorn app -k gthread", ""),
        ("gunicorn app --logger-class mine.Logger", "(the lab has no hooks where the logger is another"),
        (
            "gunicorn app -k uvicorn_worker.UvicornWorker",
            "(the workers of uvicorn_worker.UvicornWorker do not",
        ),
        ("GUNICORN_CMD_ARGS=--worker-class=tornado gunicorn app", "(the workers of tornado do not tell"),
    ],
)
def test_it_says_whose_requests_cannot_be_seen(typed: str, unseen: str) -> None:
    assert gunicorn(typed).unseen.startswith(unseen)
    assert bool(gunicorn(typed).unseen) is bool(unseen)


def test_shared_ports_get_a_real_number() -> None:
    _, address, *_ = added(gunicorn("gunicorn app --reuse-port")).split()
    assert int(address.removeprefix("127.0.0.1:")) > 1023


def test_control_sockets_are_not_asked_over_http() -> None:
    program = gunicorn("gunicorn app --control-socket mine.sock", cwd=Path("/tmp"))
    assert program.is_control("unix:/tmp/mine.sock")
    assert program.is_control("unix:/run/lab/gunicorn.ctl")
    assert not program.is_control("unix:/tmp/app.sock")
    assert program.absolute("unix:mine.sock") == "unix:/tmp/mine.sock"
    assert program.absolute("unix:/x") == "unix:/x"
    assert program.absolute("127.0.0.1:9") == "127.0.0.1:9"


def test_a_daemon_needs_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    with pytest.raises(LaunchError, match="A daemon leaves the process that started it, and only Linux"):
        gunicorn("gunicorn app --daemon").additions(RECORD)


def options(of: argparse.ArgumentParser) -> dict[str, argparse.Action]:
    return {name: action for action in of._actions for name in action.option_strings}


def test_each_option_that_is_read_is_gunicorns_own() -> None:
    theirs, ours = options(Config().parser()), options(parser())
    for name, action in ours.items():
        assert theirs[name].option_strings == action.option_strings
        assert (theirs[name].nargs, type(theirs[name])) == (action.nargs, type(action)), name


def test_what_gunicorn_takes_for_one_of_them_is_read_as_the_same() -> None:
    theirs, ours = options(Config().parser()), options(parser())
    longs = [name for name in theirs if name.startswith("--")]
    for short in {name[:length] for name in longs for length in range(3, len(name) + 1)}:
        meant = {theirs[name] for name in longs if name.startswith(short)}
        (option,) = {theirs[short]} if short in theirs else meant if len(meant) == 1 else {None}
        if option is not None:
            value = [] if option.nargs == 0 else ["x"]
            seen = {name for name, found in vars(read([short, *value])).items() if found}
            assert seen == {ours[name].dest for name in option.option_strings if name in ours}, short
