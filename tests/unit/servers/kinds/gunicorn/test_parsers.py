"""Which program's parser spoke: Gunicorn's, or the application's own."""

from pathlib import Path

import pytest

from labapp.servers import command
from labapp.servers.diagnosis.failure import Failure
from labapp.servers.kinds.gunicorn.parsers import strange_parser

OWN = "usage: gunicorn [OPTIONS] [APP_MODULE]\ngunicorn: error: unrecognized arguments: --wrkers 3\n"
ARGPARSE = "usage: gunicorn [-h] [--port PORT]\ngunicorn: error: unrecognized arguments: -w 2 shop:app\n"
CLICK = "Usage: gunicorn [OPTIONS]\nTry 'gunicorn --help' for help.\n\nError: No such option: -w\n"


@pytest.mark.parametrize(
    ("log", "said"), [(ARGPARSE, "unrecognized arguments: -w 2 shop:app"), (CLICK, "No such option: -w")]
)
def test_an_applications_parser_is_told_from_gunicorns(tmp_path: Path, log: str, said: str) -> None:
    (tmp_path / "shop.py").write_text(
        "import argparse\nparser = argparse.ArgumentParser()\nparser.parse_args()\n"
    )
    typed = command.parse("gunicorn -w 2 shop:app", cwd=tmp_path)
    found = strange_parser(Failure(log, 2), typed, "shop:app")
    assert found is not None
    assert found.summary == (
        "The application parses the command line when it is imported, and finds that of Gunicorn: "
        f"{said}; see shop.py, line 3."
    )
    assert "if __name__" in found.advice
    assert strange_parser(Failure(OWN, 2), typed, "shop:app") is None
