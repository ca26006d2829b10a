"""What the lab makes of a configuration of Supervisor's, read as supervisord reads it; nothing is started."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from labapp.servers import command
from labapp.servers.command.parsed import Command
from labapp.servers.diagnosis import Failure
from labapp.servers.guard.records import Record
from labapp.servers.kinds.known import handle_of, kind_of
from labapp.servers.kinds.supervisor import control, kind, reader, server
from labapp.servers.kinds.supervisor.site import site

WEB = "[program:web]\ncommand=gunicorn shop:app\n"


@pytest.fixture
def supervisor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return the kind of `supervisord -c site.conf WORDS`, for a configuration below `[supervisord]`."""

    def read_here(typed: Command, variables: dict[str, str]):
        for name, value in {**typed.settings, **variables}.items():
            monkeypatch.setenv(name, value)
        return site(reader.read(typed.server, typed.arguments))

    def make(
        text: str, words: str = "", before: str = "[supervisord]\n", settings: str = "", folder: str = ""
    ):
        file = Path(folder, "site.conf")
        (tmp_path / file).write_text(before + text)
        return kind_of(command.parse(f"{settings} supervisord -c '{file}' {words}", cwd=tmp_path))

    for program in ("supervisord", "gunicorn", "uvicorn"):
        (tmp_path / program).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(kind, "read_site", read_here)
    return make


@pytest.fixture
def record(tmp_path: Path) -> Record:
    return Record(tmp_path, 1, 1.0)


def said(found) -> str:
    assert found is not None
    return f"{found.summary} {found.advice}"


def test_it_stays_in_the_foreground_with_its_files_in_the_runtime_directory(supervisor, record) -> None:
    files = f"-l {record.directory}/supervisord.log -j {record.directory}/supervisord.pid -q "
    assert " ".join(supervisor(WEB).added(record)) == f"-n {files}{record.directory}/programs"
    assert "-n" not in supervisor(WEB, "-n").added(record)
    own = supervisor("logfile=own.log\npidfile=own.pid\nchildlogdir=.\n" + WEB)
    assert own.added(record) == ("-n",)
    assert supervisor(WEB, "--version").added(record) == ()


def test_a_program_that_names_no_address_is_given_one_that_it_keeps(supervisor, record) -> None:
    given = supervisor(WEB).additions(record)["GUNICORN_CMD_ARGS"]
    port = re.match(r"--bind 127\.0\.0\.1:(\d+) --control-socket \S+ --logger-class \S+$", given)
    assert port
    assert int(port[1]) > 0


def test_a_list_of_files_that_supervisor_parts_at_a_blank_is_named(supervisor, tmp_path: Path) -> None:
    (tmp_path / "my course").mkdir()
    (tmp_path / "my course" / "web.conf").write_text(WEB)
    parted = supervisor("[include]\nfiles = %(here)s/web.conf\n", folder="my course")
    assert "parts that line at blanks" in said(parted.refusal())
    assert supervisor("[include]\nfiles = web.conf\n", folder="my course").refusal() is None
    assert "[program:web]" in said(supervisor("").refusal())


def test_only_the_addresses_that_it_names_are_filled_in(supervisor, record) -> None:
    two = (
        "[program:one]\ncommand=gunicorn shop:app -b %(ENV_LISTEN)s\n"
        "[program:two]\ncommand=uvicorn shop:app --port %(ENV_LISTEN2_PORT)s\n"
    )
    given = supervisor(two).additions(record)
    assert set(given) == {"LISTEN", "LISTEN2_PORT", "GUNICORN_CMD_ARGS", "LABAPP_TELL"}
    assert given["LISTEN"].partition(":")[2] != given["LISTEN2_PORT"]
    assert "--bind" not in given["GUNICORN_CMD_ARGS"]


def test_what_it_runs_is_known(supervisor) -> None:
    web = supervisor(WEB)
    assert web.prefork
    assert web.emits_events
    assert "Supervisor starts it again" in web.signal_notes("master")["TERM"].sentence
    assert "reload" not in web.signal_notes("supervisor")["HUP"].label
    assert not supervisor(
        WEB + "[program:other]\ncommand=sleep 9\nautostart=false\n[program:x]\ncommand=x"
    ).exposure()
    assert not supervisor("[program:two]\ncommand=uvicorn shop:app\n").prefork
    assert handle_of(web.command) is server.SupervisorServer


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("[inet_http_server]\nport=9001\n", "*:9001"),
        ("[inet_http_server]\nport=127.0.0.1:9001\n", None),
        ("[inet_http_server]\nport=localhost:9001\n", None),
        ("[inet_http_server]\nport=0.0.0.0:9001\n", "0.0.0.0:9001"),
        ("[unix_http_server]\nfile=s\n", None),
        ("[program:open]\ncommand=gunicorn shop:app --bind 0.0.0.0:8000\n", "0.0.0.0:8000"),
        ("[program:open]\ncommand=uvicorn shop:app --host 0.0.0.0\n", "0.0.0.0:8000"),
    ],
)
def test_whatever_other_machines_could_reach_is_seen(supervisor, text: str, address: str | None) -> None:
    assert supervisor(f"{text}{WEB}").exposure() == address


def test_its_own_sockets_are_no_servers(supervisor, tmp_path: Path) -> None:
    web = supervisor(f"[unix_http_server]\nfile=s\n[inet_http_server]\nport=127.0.0.1:9001\n{WEB}")
    assert all(map(web.is_control, (f"unix:{tmp_path}/s", f"unix:{tmp_path}/s.12", "127.0.0.1:9001")))
    assert not any(map(web.is_control, ("127.0.0.1:8000", f"unix:{tmp_path}/other")))
    assert web.site.control.url == f"unix://{tmp_path}/s"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "no program that Supervisor starts by itself.*program:web"),
        (WEB + "autostart=false\n", "no program that Supervisor starts by itself"),
        (
            "[program:web]\ncommand=gunicorn shop:app -b %(ENV_PORT_OF_MINE)s\n",
            r"names PORT_OF_MINE, in program:web.command, .*%\(ENV_LISTEN\)s.*env=",
        ),
        (f"{WEB}[program:two]\ncommand=gunicorn shop:app\n", "two and web would listen at one address"),
        (WEB + "stopsignal=NONSENSE\n", "refuses its configuration: .*NONSENSE"),
        (f"[unix_http_server]\nfile=/tmp/{'x' * 100}\n{WEB}", "has 105 bytes, and there is room for 96"),
        ("[program:web]\n", "does not specify a command"),
    ],
)
def test_a_configuration_that_cannot_serve_is_refused(supervisor, text: str, expected: str) -> None:
    assert re.search(expected, said(supervisor(text).refusal()))


def test_what_is_wrong_with_the_command_is_said(supervisor, tmp_path: Path) -> None:
    assert "has no section [supervisord]" in said(supervisor(WEB, before="").refusal())
    assert "--bind: it is one of Gunicorn" in said(supervisor(WEB, "--bind x").refusal())
    gone = kind_of(command.parse("supervisord -c gone.conf", cwd=tmp_path))
    assert "There is no configuration: could not find config file gone.conf" in said(gone.refusal())
    assert (
        supervisor("[program:web]\ncommand=gunicorn %(ENV_APP)s\n", settings="APP=shop:app").refusal() is None
    )


LOG = """\
2026-11-29 12:00:00,001 INFO spawned: 'web' with pid 1
2026-11-29 12:00:00,501 WARN exited: web (exit status 3; not expected)
2026-11-29 12:00:01,001 INFO spawned: 'web' with pid 2
2026-11-29 12:00:01,501 WARN exited: web (exit status 3; not expected)
2026-11-29 12:00:02,001 INFO gave up: web entered FATAL state, too many start retries too quickly
"""


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        (
            LOG + "ValueError: no database",
            "given up web .FATAL. after 2 starts, the last with exit status 3 within",
        ),
        (
            LOG.replace("exit status 3; not ", "exit status 0; not "),
            "status 0.*stays in the foreground.*--daemon",
        ),
        (
            "2026-11-29 12:00:00,001 INFO spawnerr: can't find command 'gunicornx'\n" + LOG,
            r"given up web \(FATAL\): can't find command 'gunicornx'. correct command= in \[program:web\]",
        ),
        (
            LOG.replace(
                "12:00:01,501 WARN",
                "12:00:01,400 INFO success: web entered RUNNING state\n2026-11-29 12:00:01,501 WARN",
            ).rpartition("2026")[0],
            "has seen web run, and end with exit status 3 before it answered",
        ),
    ],
)
def test_it_is_said_why_a_program_was_given_up(supervisor, log: str, expected: str) -> None:
    web = supervisor(WEB)
    assert web.surrender.search(log)
    assert re.search(expected, said(web.read_log(Failure(log, None))))


def test_one_that_is_started_again_is_not_given_up(supervisor) -> None:
    beginning = LOG.rpartition("2026")[0]
    assert not supervisor(WEB).surrender.search(beginning)
    assert supervisor(WEB).read_log(Failure(beginning, None)) is None


def test_programs_are_shown_as_supervisord_sees_them() -> None:
    info = {"group": "web", "name": "web", "start": 100, "now": 107, "pid": 12, "statename": "RUNNING"}
    stopped = info | {"name": "two", "pid": 0, "statename": "FATAL"}
    told = control.ProgramStates(
        control._states(
            [
                info | {"exitstatus": 0, "spawnerr": ""},
                stopped | {"exitstatus": 3, "spawnerr": "Exited too quickly"},
            ]
        )
    )
    assert told["web"].uptime == 7
    assert told["web:two"].exit_status == 3
    assert told[0].pid == 12
    assert repr(told).splitlines()[2] == "web:two  FATAL                  Exited too quickly"
    with pytest.raises(KeyError, match="no program 'x', but web, web:two"):
        told["x"]
