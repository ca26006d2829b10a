"""An application of another interface than its server's is told by the call that failed."""

from __future__ import annotations

import pytest

from labapp.servers.diagnosis import misfit

TRACEBACK = """\
[ERROR] Application callable raised an exception
Traceback (most recent call last):
  File "/site-packages/server/calls.py", line 15, in call
    {call}
    {marks}
{error}
"""
MISSING = "TypeError: app() missing 1 required positional argument: '{}'"


@pytest.mark.parametrize(
    ("call", "error", "expected"),
    [
        ("instance = self.app(scope)", MISSING.format("respond"), "by ASGI, and it is one of WSGI"),
        (
            "return callback(scope, proto.receive, proto.send)",
            "TypeError: Flask.__call__() takes 3 positional arguments but 4 were given",
            "by ASGI, and it is one of WSGI",
        ),
        ("app(environ, start_response)", MISSING.format("send"), "by WSGI, and it is one of ASGI"),
        (
            "await inner(watcher.scope, watcher.proto)",
            MISSING.format("send"),
            "by RSGI, and it is one of ASGI",
        ),
        (
            'if environ["PATH_INFO"]:',
            "TypeError: 'granian._granian.RSGIHTTPScope' object is not subscriptable",
            "by RSGI, and it is one of WSGI",
        ),
    ],
)
def test_it_is_told(call: str, error: str, expected: str) -> None:
    log = TRACEBACK.format(call=call, marks="^" * len(call), error=error)
    wrong, advice = misfit(log, "It", {"WSGI": "add a word"})
    assert wrong == f"It calls the application {expected}"
    assert (advice == "add a word") is expected.endswith("WSGI")


@pytest.mark.parametrize("error", [MISSING.format("name"), "TypeError: unhashable type: 'list'"])
def test_an_error_of_the_application_itself_is_none(error: str) -> None:
    call = "return view(**request.view_args)"
    log = TRACEBACK.format(call=call, marks="^" * len(call), error=error)
    assert misfit(log, "It", {}) == ("", "")


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("self.wsgi(environ, resp.start_response)", "takes 0 positional arguments but 2 were given"),
        ("instance = self.app(scope)", "takes 0 positional arguments but 1 was given"),
        ("app(environ, start_response)", "takes from 0 to 1 positional arguments but 2 were given"),
    ],
)
def test_a_factory_is_told(call: str, error: str) -> None:
    log = TRACEBACK.format(call=call, marks="^" * len(call), error=f"TypeError: create_app() {error}")
    wrong, advice = misfit(log, "It", {})
    assert wrong == "It calls create_app() for each request, and it only makes the application"
    assert advice == "name what a module makes of it: app = create_app()"


def test_an_argument_too_many_in_the_application_itself_is_no_factory() -> None:
    call = "total = add(first, second)"
    error = "TypeError: add() takes 0 positional arguments but 2 were given"
    assert misfit(TRACEBACK.format(call=call, marks="^" * len(call), error=error), "It", {}) == ("", "")
