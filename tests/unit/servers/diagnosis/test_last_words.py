"""What ended a program, read from its last words, whatever program it is."""

from pathlib import Path

import pytest

from labapp.observe import LogSyntax
from labapp.servers import command
from labapp.servers.diagnosis.failure import Failure
from labapp.servers.diagnosis.last_words import read_last_words

CRASH = """\
Traceback (most recent call last):
  File "{cwd}/crash.py", line 3, in <module>
    raise ValueError('no database')
ValueError: no database
"""
CASES = [
    (
        "python crash.py",
        CRASH,
        "python ended before it answered: ValueError: no database; see crash.py, line 3.",
        "c",
    ),
    (
        "python shop.py",
        "SHOP_KEY is missing\n",
        "python ended before it answered: SHOP_KEY is missing.",
        "correct",
    ),
    (
        "python typo.py",
        '  File "{cwd}/typo.py", line 1\n    def app(:\n            ^\nSyntaxError: invalid syntax\n',
        "typo.py, line 1 is no valid Python: invalid syntax.",
        "correct that line",
    ),
    (
        "python shp.py",
        "python: can't open file '{cwd}/shp.py': [Errno 2] No such file or directory\n",
        "There is no file 'shp.py' in {cwd}.",
        "did you mean shop.py?",
    ),
    (
        "python -m shp",
        "/venv/bin/python: No module named shp\n",
        "There is no module 'shp' to import.",
        "did you mean shop? Python looks where it is started",
    ),
    (
        "python -m shop",
        CRASH.replace("ValueError: no database", "ModuleNotFoundError: No module named 'tulip'"),
        "The program imports 'tulip' (crash.py, line 3), and there is no such module.",
        "correct the import",
    ),
    (
        "python -m flask --app inner run",
        "Error: Could not import 'inner'.\n",
        "There is no module 'inner' where python starts: it is in backend/.",
        "start it there: lab.launch(",
    ),
    (
        "python -m flask --app shp run",
        "Usage: flask run [OPTIONS]\nTry 'flask run --help' for help.\n\nError: Could not import 'shp'.\n",
        "python ended before it answered: Could not import 'shp'.",
        "did you mean shop?",
    ),
    (
        "python -m flask --app shop run",
        "Error: Failed to find Flask application or factory in module 'shop'. Use 'shop:name'.\n",
        "Failed to find Flask application or factory in module 'shop'",
        "the module offers shop:site.",
    ),
    (
        "hypercorn shop:app",
        "hypercorn.utils.NoAppError: Cannot load application from 'shop:app', application not found.\n",
        "application not found",
        "the module offers shop:site.",
    ),
    (
        "uvicorn shop",
        'ERROR:    Error loading ASGI app. Import string "shop" must be in format "<module>:<attribute>".\n',
        "must be in format",
        "the module offers shop:site.",
    ),
    (
        "python elsewhere.py",
        f"{CRASH.splitlines()[0]}\nModuleNotFoundError: No module named 'shop'\n",
        "There is no module 'shop' to import: python does not look where it is started.",
        'env={"PYTHONPATH": "."}',
    ),
    (
        "/usr/bin/python3 -m supervisor.supervisord",
        (
            "/usr/bin/python3: Error while finding module specification for 'supervisor.supervisord' "
            "(ModuleNotFoundError: No module named 'supervisor')\n"
        ),
        "/usr/bin/python3 has no module 'supervisor.supervisord' to run; the Python of this notebook has it.",
        "leave the path out: python -m supervisor.supervisord",
    ),
    (
        "python manage.py runsever",
        "Unknown command: 'runsever'. Did you mean runserver?\nType 'manage.py help' for usage.\n",
        "Unknown command: 'runsever'. Did you mean runserver?",
        "correct that",
    ),
    (
        "python -m http.server --prot 0",
        "usage: server.py [-h] [--cgi]\nserver.py: error: unrecognized arguments: --prot\n",
        "python ended before it answered: unrecognized arguments: --prot.",
        "correct that",
    ),
    (
        "python x",
        "[eval]:1\nthrow new Error(1)\n^\n\nError: 1\n    at [eval]:1:7\n\nNode.js v20.20.2\n",
        "python ended before it answered: Error: 1.",
        "correct that",
    ),
]


@pytest.mark.parametrize(("typed", "log", "summary", "advice"), CASES, ids=[case[0] for case in CASES])
def test_last_words_tell_what_ended_it(
    tmp_path: Path, typed: str, log: str, summary: str, advice: str
) -> None:
    (tmp_path / "backend").mkdir()
    (tmp_path / "backend/inner.py").touch()
    (tmp_path / "shop.py").write_text("site = lambda environ, start: []\n")
    parsed = command.parse(typed, cwd=tmp_path)
    found = read_last_words(Failure(log.replace("{cwd}", str(tmp_path)), 1), parsed, LogSyntax())
    assert found is not None
    assert summary.replace("{cwd}", str(tmp_path)) in found.summary
    assert advice in found.advice


def test_another_python_that_lacks_a_module_is_told_from_this_one(tmp_path: Path) -> None:
    other = tmp_path / "python3"
    other.write_text("#!/bin/sh\n")
    other.chmod(0o700)
    log = Failure(f"{other}: No module named flask\n", 1)
    found = read_last_words(log, command.parse(f"{other} -m flask run", cwd=tmp_path), LogSyntax())
    assert found is not None
    assert found.summary == f"{other} has no module 'flask' to run; the Python of this notebook has it."
    assert found.advice == "leave the path out: python -m flask …"


def test_who_ends_without_an_error_did_not_serve() -> None:
    found = read_last_words(Failure("Hello\n", 0), command.parse("python x"), LogSyntax())
    assert found is not None
    assert found.summary == "python ended by itself, without an error: it serves nothing."
    assert found.advice.endswith("Its last words were: Hello.")


def test_what_is_known_as_no_server_is_told_so() -> None:
    found = read_last_words(Failure("a\nb\n", 0), command.parse("ls"), LogSyntax(), known=False)
    assert found is not None
    assert (
        found.advice == "give the command of a server; for any other write ! before it, in a cell of its own."
    )


def test_who_ends_in_good_order_after_an_error_is_told_the_first_one() -> None:
    log = """\
INFO:     Started parent process [20043]
ERROR:    Error loading ASGI app. Could not import module "nowhere".
ERROR:    Child process [20050] failed to start, stopping the parent process.
INFO:     Stopping parent process [20043]
"""
    found = read_last_words(Failure(log, 0), command.parse("uvicorn nowhere:app --workers 3"), LogSyntax())
    assert found is not None
    assert found.summary.endswith('answered: Error loading ASGI app. Could not import module "nowhere".')


def test_who_says_nothing_tells_nothing() -> None:
    assert read_last_words(Failure("\n", 1), command.parse("python x"), LogSyntax()) is None
