"""A launch that fails says what happened, what to try, how the server ended; and it leaves nothing."""

import os
import re
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.kernels import running_kernel
from support.remains import PROGRAMS

from labapp import lab
from labapp.observe.kernel.sockets import Newcomers
from labapp.servers.errors import LaunchError

Launch = Callable[..., lab.Server]

MODULES = {
    "chained.py": "try:\n    {}['SHOP']\nexcept KeyError as e:\n    raise RuntimeError('shut') from e\n",
    "printed.py": (
        "import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    traceback.print_exc()\n"
        "raise KeyError('SHOP')\n"
    ),
    "grouped.py": "raise ExceptionGroup('two things', [ValueError('one'), KeyError('two')])\n",
    "typo.py": "def app(:\n    pass\n",
    "needy.py": "import labap_tulip\n",
    "parses.py": "import argparse\nargparse.ArgumentParser().parse_args()\n",
    "broken.py": "def load():\n    raise ValueError('no database')\n\nload()\n",
    "bad.conf.py": "workers = nothing\n",
    "sett.ini": "[server]\nbind = 127.0.0.1:8000\n",
    "log.ini": "[loggers]\nkeys=root\n",
    "hiding/platform.py": "",
    "backend/other.py": "import beside\n",
    "backend/beside.py": "",
}

# The command, how the server ends, what happened, what to try.
FAILURES = [
    ('gunicorn "labap:create_app()"', 3, "There is no module 'labap' to import.", "did you mean labapp?"),
    ("gunicorn labapp:app", 4, "The module 'labapp' has nothing called 'app'.", '"labapp:create_app()"'),
    ("gunicorn app:create_ap", 4, "has nothing called 'create_ap'", '"app:app" and "app:create_app()"'),
    ("gunicorn typo:app", 3, "typo.py, line 1 is no valid Python: invalid syntax.", "correct that line"),
    (
        "gunicorn needy:app",
        3,
        "imports 'labap_tulip' (needy.py, line 1), and there is no such",
        "import, or inst",
    ),
    (
        "gunicorn broken:app",
        3,
        "cannot be loaded: ValueError: no database; see broken.py, line 2.",
        "correct",
    ),
    (
        "gunicorn --preload broken:app",
        1,
        "cannot be loaded: ValueError: no database; see broken.py",
        "correct",
    ),
    ('gunicorn "app:create_broken()"', 3, "cannot be loaded: KeyError: 'SECRET_KEY'; see app.py", "correct"),
    (
        "gunicorn chained:app",
        3,
        "cannot be loaded: RuntimeError: shut; see chained.py, line 4.",
        "correct",
    ),
    ("gunicorn printed:app", 3, "cannot be loaded: KeyError: 'SHOP'; see printed.py, line 6.", "correct"),
    (
        "gunicorn grouped:app",
        3,
        "cannot be loaded: ExceptionGroup: two things (2 sub-exceptions); see grouped.py, line 1.",
        "correct",
    ),
    (
        "gunicorn -k uvicron.workers.UvicornWorker app:app",
        1,
        "'uvicron.workers.UvicornWorker' cannot be imported: there is no module 'uvicron' here.",
        "did you mean uvicorn?",
    ),
    (
        "gunicorn --logger-class mylogs.Logger app:app",
        1,
        "The logger class 'mylogs.Logger' cannot be imported: there is no module 'mylogs' here.",
        "correct the name",
    ),
    ("gunicorn app:number", 4, "is no application: it cannot be called", "call a factory"),
    ('gunicorn "app:create_other()"', 4, "missing 1 required positional argument: 'name'.", "parentheses"),
    ('gunicorn "app:create_other(nam=1)"', 4, "got an unexpected keyword argument 'nam'", "parentheses"),
    ('gunicorn "app:create_app(debug=yes)"', 4, "In create_app(debug=yes) an argument is no literal", "True"),
    ('gunicorn "app:create_nothing()"', 4, "create_nothing() gave None", "return app"),
    ('gunicorn "app:create_app("', 4, "create_app( is neither a name nor a call", "one name, or one call"),
    ("gunicorn app:app.run", 4, "app.run is neither a name nor a call", "one name, or one call"),
    (
        "gunicorn app.py",
        3,
        "names a file or a path, 'app.py', and Gunicorn wants a module.",
        "gunicorn app:app",
    ),
    ("gunicorn other:app", 3, "no module 'other' where gunicorn starts: it is in backend/.", 'cwd="'),
    (
        "gunicorn backend.other:app",
        3,
        "(other.py, line 1), which is in backend/: mod",
        '"gunicorn other:app"',
    ),
    ("gunicorn", 1, "The command does not say which application to serve.", "name a module"),
    ("gunicorn --wrkers 3 app:app", 2, "Gunicorn has no option --wrkers.", "did you mean --workers"),
    ("gunicorn -w many app:app", 2, "what follows -w/--workers: invalid int value: 'many'.", "--help"),
    ("gunicorn -k sink app:app", 1, "Gunicorn has no worker class 'sink'.", "sync, gthread, gevent"),
    ("gunicorn -c none.py app:app", 1, "There is no configuration file 'none.py'.", "correct the path"),
    (
        "gunicorn -c bad.conf.py app:app",
        1,
        "The configuration file fails: NameError: name 'nothing' is not defined (bad.conf.py, line 1).",
        "corr",
    ),
    (
        "gunicorn --pid none/app.pid app:app",
        1,
        "There is no directory 'none' for the pid file (--pid).",
        "make it first",
    ),
    (
        "gunicorn --worker-tmp-dir /none app:app",
        255,
        "There is no directory '/none' for the heartbeat of the workers (--worker-tmp-dir).",
        "leave it out",
    ),
    (
        "gunicorn -c sett.ini app:app",
        1,
        "The configuration file is no valid Python: invalid syntax (sett.ini, line 2).",
        "it is a Python program",
    ),
    (
        "gunicorn --log-config log.ini app:app",
        1,
        "The configuration of logging 'log.ini' cannot be used: it lacks 'formatters' (--log-config).",
        "correct that",
    ),
    (
        "gunicorn hiding.shop:app --chdir hiding",
        1,
        "The file platform.py hides Python's own module 'platform', which other modules import.",
        "give platform.py another name",
    ),
    (
        "gunicorn --daemon labap:app",
        3,
        "The daemon ended, and it had given up its output.",
        "without --daemon",
    ),
    ("python none.py", 2, "There is no file 'none.py' in ", "correct its name"),
    (
        "python broken.py",
        1,
        "python ended before it answered: ValueError: no database; see broken.py, line 2.",
        "corr",
    ),
    ("flask --app nope run", 2, "flask ended before it answered: Could not import 'nope'.", "correct that"),
    (
        "gunicorn --error-logfile error.log broken:app",
        3,
        "The application cannot be loaded: ValueError: no database; see broken.py, line 2.",
        "correct",
    ),
    (
        "gunicorn --preload -w 2 parses:app",
        2,
        "finds that of Gunicorn: unrecognized arguments: --preload -w 2 parses:app; see parses.py, line 2.",
        "if __name__",
    ),
]


@pytest.fixture
def theatre(folder: Path) -> Path:
    for name in ("backend", "hiding"):
        (folder / name).mkdir()
    for name, text in MODULES.items():
        (folder / name).write_text(text)
    return folder


def failure(command: str | list[str], **options: object) -> LaunchError:
    before = lab.servers()
    with pytest.raises(LaunchError) as caught:
        lab.launch(command, **options)
    assert lab.servers() == before
    return caught.value


@pytest.mark.parametrize(
    ("command", "status", "summary", "advice"), FAILURES, ids=[row[0] for row in FAILURES]
)
def test_a_failure_is_explained(theatre: Path, command: str, status: int, summary: str, advice: str) -> None:
    error = failure(command, cwd=theatre)
    assert summary in error.summary
    assert advice in error.advice
    assert error.command == command
    assert error.status == f"exited with status {status}"
    assert error.log_tail or "--daemon" in command
    assert len(error.log_tail) <= 12


def test_with_several_workers_only_the_status_is_a_matter_of_luck(theatre: Path) -> None:
    error = failure("gunicorn -w 3 labap:app", cwd=theatre)
    assert error.summary == "There is no module 'labap' to import."
    assert error.status in {"exited with status 1", "exited with status 3"}


def test_the_text_of_a_failure_tells_all_in_order(theatre: Path) -> None:
    text = str(failure("gunicorn typo:app", cwd=theatre))
    text = re.sub(r"\[\d{4}-[^]]+\]", "[time]", re.sub(r"\[\d+\]|:\d+\)|: \d+\)", "[pid]", text))
    assert (
        text
        == f"""\
typo.py, line 1 is no valid Python: invalid syntax.
To try: correct that line, then launch again.
The command was: gunicorn typo:app
It exited with status 3.
Its log ends with:
    [time] [pid] [ERROR] Exception in worker process
    Traceback (most recent call last):
      …
      File "{theatre}/typo.py", line 1
        def app(:
                ^
    SyntaxError: invalid syntax
    invalid syntax (typo.py, line 1)
    [time] [pid] [INFO] Worker exiting (pid[pid]
    [time] [pid] [ERROR] Worker (pid[pid] exited with code 3.
    [time] [pid] [ERROR] Shutting down: Master
    [time] [pid] [ERROR] Reason: Worker failed to boot."""
    )


def test_a_port_in_use_is_told_with_its_holder(launch: Launch) -> None:
    holder = launch("gunicorn app:app")
    error = failure(f"gunicorn app:app -b {holder.address}", cwd=PROGRAMS)
    assert error.summary == f"{holder.address} is taken: `gunicorn app:app`, launched here, listens there."
    assert "leave out --bind" in error.advice
    assert error.status == "exited with status 1"
    assert "Can't connect to" in error.log_tail[-1]
    assert holder.get().is_success


def test_a_port_held_by_a_stranger_is_told_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        error = failure(f"gunicorn app:app -b 127.0.0.1:{port}", cwd=PROGRAMS)
    assert re.fullmatch(
        rf"127.0.0.1:{port} is taken: `.*` \(process {os.getpid()}\) listens there\.", error.summary
    )


@pytest.mark.parametrize(
    ("package", "text", "summary", "advice"),
    [
        (
            "packaging",
            "raise ImportError('No module named packaging')",
            "needs the package 'packaging'",
            "-m pip ins",
        ),
        (
            "gevent",
            "__version__ = '1.0'",
            "refuses: gevent worker requires gevent 24",
            "-m pip install 'gunicorn[ge",
        ),
    ],
)
def test_a_worker_class_without_its_package(
    folder: Path, package: str, text: str, summary: str, advice: str
) -> None:
    (folder / package).mkdir()
    (folder / package / "__init__.py").write_text(text)
    error = failure("gunicorn -k gevent app:app", cwd=folder, env={"PYTHONPATH": str(folder)})
    assert summary in error.summary
    assert advice in error.advice


def test_a_server_that_never_answers() -> None:
    error = failure("python deaf.py", cwd=PROGRAMS, timeout=1.5)
    assert re.fullmatch(
        r"python did not answer HTTP within 1\.5 s\. It listens at 127\.0\.0\.1:\d+\.", error.summary
    )
    assert error.status is None
    assert error.log_tail == ("listening",)


def test_a_program_that_serves_nothing() -> None:
    error = failure("sleep 60", timeout=0.5)
    assert error.summary == "sleep did not answer HTTP within 0.5 s. It listens nowhere."


@pytest.mark.parametrize(
    ("command", "options", "address"),
    [
        ("gunicorn app:app -b 0.0.0.0:8000", {}, "0.0.0.0:8000"),
        ("gunicorn app:app --bind=:8000", {}, ":8000"),
        ("gunicorn app:app -b '[::]:8000'", {}, "[::]:8000"),
        ("gunicorn app:app", {"env": {"GUNICORN_CMD_ARGS": "-b 192.0.2.1"}}, "192.0.2.1"),
        ("gunicorn app:app -c open.py", {}, "0.0.0.0:80"),
    ],
)
def test_a_bind_that_others_can_reach_is_refused_before_it_happens(
    folder: Path, runtime_directory: Path, command: str, options: dict[str, object], address: str
) -> None:
    (folder / "open.py").write_text("bind = ['127.0.0.1:0', '0.0.0.0:80']")
    error = failure(command, cwd=folder, **options)
    assert error.summary == f"gunicorn would listen at {address}, where other machines can reach it."
    assert error.advice == "bind it to 127.0.0.1. If you mean it, say so: lab.launch(..., exposed=True)."
    assert error.log_tail == ()
    assert not runtime_directory.exists()


def test_a_socket_that_others_can_reach_ends_the_launch(
    launch: Launch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Newcomers, "of", lambda self, pids: {"0.0.0.0:8000"})
    error = failure("python deaf.py", cwd=PROGRAMS)
    assert error.summary == "python would listen at 0.0.0.0:8000, where other machines can reach it."


def test_who_insists_may_expose_a_server(launch: Launch, monkeypatch: pytest.MonkeyPatch) -> None:
    of = Newcomers.of
    monkeypatch.setattr(
        Newcomers, "of", lambda self, pids: {at.replace("127.0.0.1", "0.0.0.0") for at in of(self, pids)}
    )
    web = launch("gunicorn app:app", exposed=True)
    assert web.address.startswith("127.0.0.1:")
    assert web.get().is_success


@pytest.mark.parametrize(
    ("command", "summary", "advice"),
    [
        (
            "gunicron app:app",
            "There is no program called 'gunicron' on this machine.",
            "did you mean gunicorn",
        ),
        ("127.0.0.1:8000", "127.0.0.1:8000 is an address", "give the command"),
        ("http://localhost:8000/", "http://localhost:8000/ is an address", "give the command"),
        ("zqxj", "There is no program called 'zqxj' on this machine.", "install zqxj"),
        ("./none", "The program './none' does not exist.", "ls -l ./none"),
        ("./plain.txt", "The program './plain.txt' is not executable.", "ls -l ./plain.txt"),
        ("/", "The program '/' is a folder.", "cwd="),
        ("./odd", "cannot be executed: Exec format error.", "look at its first line"),
        ("", "The command is empty.", "lab.launch("),
        ("A=1", "The command sets variables, and runs nothing.", "lab.launch("),
        ("/none/gunicorn shop:app", "The program '/none/gunicorn' does not exist.", "leave the path out"),
        (
            "gunicorn -b http://127.0.0.1:80/ x:y",
            "is a URL, and --bind takes an address",
            "--bind 127.0.0.1:80",
        ),
        ("gunicorn -b shop:app", "what follows its colon is no port", "gunicorn shop:app"),
        ("gunicorn -b '127.0.0.1:${PORT:-80}' x:y", "in place of the $", "the number itself"),
        ("gunicorn -b 127.0.0.1:http x:y", "'http' is no port", "write a number: 127.0.0.1:8000"),
        ("WEB_CONCURRENCY=many gunicorn x:y", "The variable WEB_CONCURRENCY is 'many'", "set it to a number"),
        (
            "gunicorn --certfile no.pem x:y",
            "no.pem' cannot be read (--certfile): No such file",
            "correct the path",
        ),
        ("gunicorn -b 127.0.0.1:80000 x:y", "ports go up to 65535", "leave out --bind"),
    ],
)
def test_a_command_that_is_none(folder: Path, command: str, summary: str, advice: str) -> None:
    (folder / "plain.txt").write_text("text")
    (folder / "odd").write_bytes(b"\x7fELF nonsense")
    (folder / "odd").chmod(0o755)
    error = failure(command, cwd=folder)
    assert summary in error.summary
    assert advice in error.advice
    assert error.status is None


def test_modules_named_as_those_of_the_standard_library_are_the_learners_own(
    launch: Launch, folder: Path
) -> None:
    """The lab's hooks import none that Gunicorn has not imported before it comes to the application."""
    name = "json" if sys.version_info < (3, 13) else "csv"  # logging.config imports json since then.
    (folder / f"{name}.py").write_text("NAME = b'my own'\n")
    (folder / "shop.py").write_text(
        f"import {name}\ndef app(environ, start):\n    start('200 OK', [])\n    return [{name}.NAME]\n"
    )
    web = launch("gunicorn shop:app --no-control-socket", cwd=folder)
    assert web.get("/").text == "my own"
    web.timeline.wait_for(requests=1)


def test_a_list_of_one_word_that_is_many() -> None:
    assert "each word by itself" in failure(["gunicorn shop:app"]).summary


def test_a_directory_that_does_not_exist() -> None:
    assert failure("gunicorn app:app", cwd="/none").summary == "The directory '/none' does not exist."


def test_a_notebook_shows_the_failure_of_the_server_not_the_lab_s_frames() -> None:
    with running_kernel() as kernel:
        request = kernel.client.execute("from labapp import lab; lab.launch('gunicorn labapp:app')")
        while (message := kernel.client.get_iopub_msg(timeout=60))["msg_type"] != "error":
            pass
        assert message["parent_header"]["msg_id"] == request
        content = message["content"]
    assert content["ename"] == "LaunchError"
    assert content["evalue"].startswith(
        "The module 'labapp' has nothing called 'app'.\nTo try: the module offers"
    )
    shown = re.sub(r"\x1b\[\d+m", "", "\n".join(content["traceback"]))
    assert shown == f"LaunchError: {content['evalue']}"
