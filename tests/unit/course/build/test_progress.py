"""What a person sees of a build, on a terminal and in a file."""

from __future__ import annotations

import re
from io import StringIO

from labapp.course.build.progress import Progress


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def build(out: StringIO) -> str:
    with Progress(out) as progress:
        progress.step("00-a", 0, 3)
        progress.step("01-b", 1, 2)
        progress.done("00-a", "unchanged")
    return re.sub(r"\d+\.\d s", "N s", out.getvalue())


def test_in_a_file_one_line_for_a_lesson() -> None:
    assert build(StringIO()) == "00-a: N s, unchanged\n"


def test_on_a_terminal_also_how_far_each_is() -> None:
    drawn = build(Terminal()).split("\r\x1b[K")
    assert drawn == ["", "00-a 0/3", "00-a 0/3   01-b 1/2", "00-a: N s, unchanged\n", "01-b 1/2", ""]
