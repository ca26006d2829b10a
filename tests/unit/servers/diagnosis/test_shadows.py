from pathlib import Path

import pytest

from labapp.servers.diagnosis.shadows import shadowed


@pytest.mark.parametrize(
    ("log", "file", "whose"),
    [
        ("AttributeError: module 'platform' has no attribute 'system'", "platform.py", "Python's own module"),
        (
            "AttributeError: partially initialized module 'queue' has no attribute 'Queue' (most",
            "queue.py",
            "Python's own module",
        ),
        ("ImportError: cannot import name 'Flask' from 'flask' (/x/flask.py)", "flask.py", "the package"),
        (
            "ModuleNotFoundError: No module named 'http.server'; 'http' is not a package",
            "http.py",
            "Python's",
        ),
    ],
)
def test_the_file_that_hides_a_module_is_named(tmp_path: Path, log: str, file: str, whose: str) -> None:
    assert shadowed(log, tmp_path) is None
    (tmp_path / file).touch()
    found = shadowed(f"Traceback\n{log}\n", tmp_path)
    assert found
    assert found.summary.startswith(f"The file {file} hides {whose}")
    assert found.advice.startswith(f"give {file} another name")


def test_a_module_that_hides_none_is_not_blamed(tmp_path: Path) -> None:
    (tmp_path / "shop.py").touch()
    assert shadowed("ImportError: cannot import name 'app' from 'shop' (/x/shop.py)", tmp_path) is None
