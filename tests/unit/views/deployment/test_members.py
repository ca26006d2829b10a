"""Who may be in a deployment, what each is called, who passes requests to whom."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from labapp.arguments import ArgumentError
from labapp.servers.kinds.nginx.configuration import passed_to
from labapp.views.deployment.column import Block
from labapp.views.deployment.layout import lay_out
from labapp.views.deployment.members import _with_names, columns, entered, named
from labapp.views.deployment.static import heading

NGINX, WEB, OTHER = 0, 1, 2


def test_what_is_no_server_is_refused_in_a_sentence() -> None:
    with pytest.raises(ArgumentError, match=r"the first is of type str\.$"):
        named(["127.0.0.1:8000"], {})


@pytest.mark.parametrize(
    ("count", "passing", "expected", "first"),
    [
        (1, set(), [0], [NGINX]),
        (2, {(NGINX, WEB)}, [0, 1], [NGINX]),
        (2, {(WEB, NGINX)}, [1, 0], [WEB]),
        # One to whom nobody passes anything stands with the last, and the clients do not come to it.
        (3, {(NGINX, WEB)}, [0, 1, 1], [NGINX]),
        (3, {(NGINX, WEB), (WEB, OTHER)}, [0, 1, 2], [NGINX]),
        (2, set(), [0, 0], [NGINX, WEB]),
        # A circle is drawn, not followed for ever.
        (2, {(NGINX, WEB), (WEB, NGINX)}, [1, 1], []),
    ],
)
def test_a_server_stands_right_of_who_passes_requests_to_it(
    count: int, passing: set[tuple[int, int]], expected: list[int], first: list[int]
) -> None:
    assert columns(count, frozenset(passing)) == expected
    assert entered(count, frozenset(passing)) == first


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("server { location / { proxy_pass http://127.0.0.1:8001/deep/; } }", {"127.0.0.1:8001"}),
        ("server { location / { proxy_pass http://unix:/run/a.sock:/deep/; } }", {"unix:/run/a.sock"}),
        ("upstream app { server 127.0.0.1:1 weight=2; server unix:/b; }", {"127.0.0.1:1", "unix:/b"}),
        ("server { listen 127.0.0.1:80; location / { fastcgi_pass 127.0.0.1:9; } }", {"127.0.0.1:9"}),
        ("server { location / { return 200; } }", set()),
    ],
)
def test_a_configuration_says_to_whom_it_passes_requests(config, expected, tmp_path) -> None:
    assert passed_to(config, tmp_path) == expected


def test_each_is_called_as_the_learner_does_and_none_as_another() -> None:
    def server(name: str, **behind: Any) -> Any:
        return SimpleNamespace(kind=SimpleNamespace(name=name, behind=behind))

    web, other, third = server("Gunicorn"), server("Gunicorn"), server("Gunicorn")
    edge, far = server("Nginx", shop=web, till=other), server("Nginx")
    given = {id(edge): "edge", id(web): "web", id(third): "edge"}
    members = list(_with_names([edge, web, other, third, far], given))
    assert [member.name for member in members] == ["edge", "web", "till", "edge 2", "nginx"]
    blocks = lay_out([Block(member.name, 0, ("W1",)) for member in members], []).blocks
    said = [heading(blocks[member.name], member.title) for member in members]
    assert said == ["edge: Nginx", "web: Gunicorn", "till: Gunicorn", "edge 2: Gunicorn", "Nginx"]
    [long] = lay_out([Block("n" * 40, 0, ("W1",))], []).blocks.values()
    assert re.fullmatch("n{10,30}…", heading(long, "Nginx"))
