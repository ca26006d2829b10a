"""Who may be in a deployment, what each is called, who passes requests to whom."""

from __future__ import annotations

import pytest

from labapp.arguments import ArgumentError
from labapp.servers.kinds.nginx.configuration import passed_to
from labapp.views.deployment.members import columns, entered, named

NGINX, WEB, OTHER = 0, 1, 2


def test_what_is_no_server_is_refused_in_a_sentence() -> None:
    with pytest.raises(ArgumentError, match=r"the first is a str\.$"):
        named(["127.0.0.1:8000"])


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
