"""Nginx's configuration language, and where a configuration listens."""

import os
import socket

import pytest

from labapp.servers.kinds.nginx.configuration.excerpts import column_of, excerpt
from labapp.servers.kinds.nginx.configuration.listening import exposed_listen, listens, taken_listen
from labapp.servers.kinds.nginx.configuration.syntax import everything, read, unbalanced, words

CONFIGURATION = """\
upstream u { server 127.0.0.1:1; }  # server { listen 9; }
server {
    listen 127.0.0.1:8001;
    listen [::1]:8001 ssl;
    location ~ "^/a{2}" { return 200 "a; b } c"; }
}
"""


def test_words_stand_where_they_were_written() -> None:
    found = {word.text: (word.line, word.column) for word in words(CONFIGURATION)}
    assert found["[::1]:8001"] == (4, 12)
    assert found['"a; b } c"'] == (5, 38)
    assert "9" not in found


def test_directives_know_the_blocks_around_them() -> None:
    found = {directive.name: directive for directive in everything(read(CONFIGURATION))}
    assert found["return"].inside == ("server", "location")
    assert found["return"].arguments == ["200", "a; b } c"]
    assert found["location"].arguments == ["~", "^/a{2}"]


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("server {\n location / {\n }\n", 1, "this { is never closed"),
        ("server {\n}\n}\n", 3, "this } closes a block that was never opened"),
        ('a b;\nreturn 200 "x;\n}\n', 2, "this quote is never closed"),
    ],
)
def test_what_makes_it_end_in_the_wrong_place_is_found(text: str, line: int, problem: str) -> None:
    culprit = unbalanced(text)
    assert culprit is not None
    assert (culprit[0].line, culprit[1]) == (line, problem)


@pytest.mark.parametrize("text", [CONFIGURATION, "", "a 'it\\'s';", 'a "\\"";', "a it's;", "a ${b}c;"])
def test_what_is_balanced_is_left_in_peace(text: str) -> None:
    assert unbalanced(text) is None


@pytest.mark.parametrize("text", ["{", "}", "};{", '"', "a {{ b", ";;", "\\", "\x00", "a{b{c{"])
def test_anything_can_be_read(text: str) -> None:
    read(text)
    list(listens(text))


def test_every_listen_is_found() -> None:
    found = [(one.address, one.tls, one.word.line) for one in listens(CONFIGURATION)]
    assert found == [("127.0.0.1:8001", False, 3), ("[::1]:8001", True, 4)]


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        ("8000", "*:8000"),
        ("*:8000", "*:8000"),
        ("0.0.0.0:8000", "0.0.0.0:8000"),
        ("[::]:8000", "[::]:8000"),
        ("192.168.1.4", "192.168.1.4:80"),
        ("10.0.0.1:81 default_server", "10.0.0.1:81"),
    ],
)
def test_what_other_machines_reach_is_exposed(listen: str, address: str) -> None:
    found = exposed_listen(f"server {{ listen {listen}; }}")
    assert found is not None
    assert found.address == address
    assert found.stated


@pytest.mark.parametrize(
    "listen", ["127.0.0.1:80", "127.0.0.9", "localhost:8000", "[::1]:8000", "unix:/tmp/s"]
)
def test_what_only_this_machine_reaches_is_not(listen: str) -> None:
    assert exposed_listen(f"server {{ listen {listen}; }}") is None


@pytest.mark.parametrize(("user", "address"), [(0, "*:80"), (1000, "*:8000")])
def test_a_server_without_listen_listens_everywhere(
    user: int, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    found = exposed_listen("server { }")
    assert found is not None
    assert found.address == address
    assert not found.stated


def test_a_place_is_taken_where_somebody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        text = f"server {{ listen 127.0.0.1:{other.getsockname()[1]}; }}"
        found = taken_listen(text)
        assert found is not None
        assert taken_listen(text, frozenset([found.address])) is None
    assert taken_listen(text) is None


def test_the_caret_stands_below_the_token() -> None:
    text = "server {\n\tlocaton / { }\n}"
    line = text.splitlines()[1]
    shown = excerpt(text, 2, column_of(line, "locaton"))
    assert shown == ("1 | server {", "2 | \tlocaton / { }", "  | \t^")


def test_a_token_is_found_as_a_whole_word() -> None:
    assert column_of("proxy_pass_x; pass;", "pass") == 15
    assert column_of("  unknown", "absent") == 3
