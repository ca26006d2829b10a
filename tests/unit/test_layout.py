"""The tests themselves: names that say a thing once, helpers in one place."""

from __future__ import annotations

import re

from support.places import TESTS


def test_no_file_repeats_the_name_of_its_folder() -> None:
    for path in TESTS.rglob("test_*.py"):
        words = path.stem.split("_")[1:]
        assert len(words) == 1 or path.parent.name not in words, path


def test_nothing_is_imported_from_a_conftest_or_from_another_test() -> None:
    wrong = [
        f"{path.relative_to(TESTS)}: {line}"
        for path in TESTS.rglob("*.py")
        for line in path.read_text().splitlines()
        if re.match(r"(from|import) (conftest|test_)", line)
    ]
    assert not wrong
