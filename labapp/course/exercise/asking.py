"""What the checks of several lessons need: what a function returns, conditions, servers of their own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from labapp import lab
from labapp.course.exercise.outcome import expect, fail

if TYPE_CHECKING:
    from labapp.servers.kinds.nginx import NginxServer

_SOON = 2.5


def returned(value: object, what: str, *kinds: type) -> None:
    """Fail where a function has printed its answer or forgotten it, or returned none of these kinds."""
    expect(value is not None, f"{what}, returned", saw="`None`: the function returns nothing")
    expect(not kinds or type(value) in kinds, what, value)
    # What is no number is neither more nor less than one.
    expect(value == value or type(value) is not float, what, value)  # noqa: PLR0124


def cases(
    function: Callable[..., Any], rows: Iterable[tuple[Any, ...]], what: str, *kinds: type
) -> Iterator[tuple[Any, ...]]:
    """Call a function with the arguments of each row; yield them, what it returned, and the row's last item.

    Fails as `returned` does. `for signals, told, left in cases(after, ((["TTIN"], 3), …), "a number", int):`
    """
    for *arguments, wanted in rows:
        # A function may change what it is given.
        told = function(*deepcopy(arguments))
        returned(told, what, *kinds)
        yield *arguments, told, wanted


def soon(condition: Callable[[], object], seconds: float = _SOON) -> bool:
    """Tell whether a condition comes to hold; for a machine that has other things to do as well."""
    deadline = time.monotonic() + seconds
    while not (holds := condition()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return bool(holds)


@contextmanager
def launched(files: Mapping[str, str], command: str) -> Iterator[tuple[lab.Server, Path]]:
    """Write files into a folder of their own and launch a command there; hold the server and the folder."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in files.items():
            (folder / file).write_text(text)
        web = lab.launch(command, cwd=folder)
        try:
            yield web, folder
        finally:
            web.stop(timeout=1)


@contextmanager
def configured(config: object, **names: Any) -> Iterator[NginxServer]:
    """Run Nginx from a learner's configuration, and fail with what Nginx has against it."""
    returned(config, "a configuration")
    expect(type(config) is str, "a configuration, as text", config)
    try:
        edge = lab.nginx(str(config), **names)
    except lab.LaunchError as error:
        fail("a configuration that Nginx takes", saw=error.summary)
    with edge:
        yield edge
