"""Every parameter of every route, with everything that it must refuse."""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from wsgiref.validate import validator

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

import labapp
from labapp.web.routes import routes


class Parameter(NamedTuple):
    """What the page promises of a parameter."""

    path: str
    name: str
    default: int
    low: int
    high: int


PROMISED = [
    Parameter(route.path, name, int(default), int(low), int(high))
    for route in routes(labapp.create_app())
    for name, default, low, high in re.findall(r"(\w+)=(\d+) \((\d+) to (\d+)\)", route.summary)
]
WHOLE = {"chunks", "mb", "status"}
NOT_A_NUMBER = {
    "word": "abc", "empty": "", "negative": "-1", "nan": "nan", "infinity": "inf", "minus infinity": "-inf",
    "exponent": "1e1", "underscore": "1_0", "space": " 1", "newline": "1\n", "plus": "+1", "hex": "0x1",
    "comma": "1,5", "dot": ".", "two dots": "1.2.3", "trailing dot": "1.", "other digits": "\u0661",
    "zero byte": "1\0", "list": "[1]", "semicolon": "1;2",
}  # fmt: skip


class Strict(Client):
    """A client that holds both sides to PEP 3333."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return super().open(*args, **kwargs, buffered=True)  # closes what the application returned


@pytest.fixture
def client(app: Flask) -> Client:
    return Strict(validator(app), app.response_class)


def test_every_parameter_is_promised() -> None:
    assert {(promised.path, promised.name) for promised in PROMISED} == {
        ("/wait", "seconds"), ("/cpu", "ms"), ("/stream", "chunks"), ("/stream", "seconds"),
        ("/leak", "mb"), ("/crash", "status"),
    }  # fmt: skip


def expected(promised: Parameter) -> str:
    kind = "whole number" if promised.name in WHOLE else "number"
    return f"{promised.name}: expected a {kind} from {promised.low} to {promised.high}, "


@pytest.mark.usefixtures("naps", "ending")
@pytest.mark.parametrize("promised", PROMISED, ids=lambda promised: f"{promised.path[1:]}-{promised.name}")
class TestEvery:
    @pytest.mark.parametrize("text", NOT_A_NUMBER.values(), ids=NOT_A_NUMBER.keys())
    def test_what_is_no_number(self, client: Client, promised: Parameter, text: str) -> None:
        response = client.get(promised.path, query_string={promised.name: text})
        assert response.status_code == 400
        assert response.content_type == "text/plain; charset=utf-8"
        assert response.text == expected(promised) + f"got {text!r}"

    def test_what_is_no_text(self, client: Client, promised: Parameter) -> None:
        response = client.get(f"{promised.path}?{promised.name}=%FF")
        assert (response.status_code, response.text) == (400, expected(promised) + "got '%FF'")

    def test_too_large(self, client: Client, promised: Parameter) -> None:
        response = client.get(promised.path, query_string={promised.name: promised.high + 1})
        assert (response.status_code, response.text) == (
            400,
            expected(promised) + f"got '{promised.high + 1}'",
        )

    def test_too_small(self, client: Client, promised: Parameter) -> None:
        below = "0" if promised.low else "-0.1"
        response = client.get(promised.path, query_string={promised.name: below})
        assert (response.status_code, response.text) == (400, expected(promised) + f"got '{below}'")

    @pytest.mark.parametrize("digits", [400, 10_000])
    def test_too_long_to_repeat(self, client: Client, promised: Parameter, digits: int) -> None:
        response = client.get(promised.path, query_string={promised.name: "9" * digits})
        assert response.status_code == 400
        assert response.text.startswith(expected(promised) + "got '999")
        assert "..." in response.text
        assert len(response.text) < 120

    def test_given_twice(self, client: Client, promised: Parameter) -> None:
        response = client.get(promised.path, query_string=[(promised.name, "1"), (promised.name, "1")])
        assert (response.status_code, response.text) == (400, expected(promised) + "once, got it 2 times")


@pytest.mark.parametrize(("path", "name"), [(p.path, p.name) for p in PROMISED if p.name in WHOLE])
def test_fraction_where_a_whole_number_is_expected(client: Client, path: str, name: str) -> None:
    response = client.get(path, query_string={name: "1.5"})
    assert response.status_code == 400
    assert response.text.startswith(f"{name}: expected a whole number from ")


@pytest.mark.parametrize("text", ["0.5", ".5", "00.5", "0.50"])
def test_fraction_where_a_number_is_expected(client: Client, naps: list[float], text: str) -> None:
    assert client.get("/wait", query_string={"seconds": text}).text == "waited 0.5 s"
    assert naps == [0.5]


def test_leading_zeros_cost_nothing(client: Client, naps: list[float]) -> None:
    response = client.get("/stream", query_string={"chunks": "0" * 5000 + "2"})
    assert response.text == "chunk 1 of 2\nchunk 2 of 2\n"


def test_bad_parameter_is_refused_before_a_stream_begins(app: Flask) -> None:
    with app.test_request_context("/stream?chunks=2&seconds=soon"):
        assert app.full_dispatch_request().status_code == 400


def test_parameters_that_nobody_asked_for_are_let_through(client: Client) -> None:
    # A proxied link carries ?token=... of JupyterLab.
    assert client.get("/ping?token=abc").status_code == 200
