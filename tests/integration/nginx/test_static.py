"""Files from a folder, and lists of what is in it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from labapp.servers.kinds.nginx.server import NginxServer

Run = Callable[..., NginxServer]

SITE = """
server {
    listen {{ listen }};
    root {{ folder }};
    location / { }
    location /list/ { autoindex on; }
    location /json/ { alias {{ folder }}/list/; autoindex on; autoindex_format json; }
    location /else/ { try_files $uri /index.html; }
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    (site / "list" / "deeper").mkdir(parents=True)
    (site / "bare").mkdir()
    (site / "index.html").write_text("<p>hello</p>")
    (site / "page.css").write_text("p { }")
    (site / "list" / "one.txt").write_text("0123456789")
    (site / "list" / "two & three.js").write_text("")
    return site


@pytest.fixture
def edge(nginx: Run, folder: Path) -> NginxServer:
    return nginx(SITE, folder=folder)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html"),
        ("/page.css", "text/css"),
        ("/list/one.txt", "text/plain"),
        ("/list/two%20%26%20three.js", "text/javascript"),
    ],
)
def test_a_file_comes_with_its_type(edge: NginxServer, path: str, kind: str) -> None:
    answer = edge.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == kind


def test_what_the_client_has_already_is_not_sent_again(edge: NginxServer) -> None:
    tag = edge.get("/page.css").headers["etag"]
    again = edge.get("/page.css", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_part_of_a_file(edge: NginxServer) -> None:
    answer = edge.get("/list/one.txt", headers={"Range": "bytes=2-4"})
    assert (answer.status_code, answer.text) == (206, "234")
    assert answer.headers["content-range"] == "bytes 2-4/10"


def test_a_list_in_html(edge: NginxServer) -> None:
    answer = edge.get("/list/")
    assert answer.headers["content-type"] == "text/html"
    for link in ('href="deeper/"', 'href="one.txt"', 'href="two%20%26%20three.js"'):
        assert link in answer.text


def test_a_list_in_json(edge: NginxServer) -> None:
    found = {entry["name"]: entry for entry in edge.get("/json/").json()}
    assert found.keys() == {"deeper", "one.txt", "two & three.js"}
    assert (found["one.txt"]["type"], found["one.txt"]["size"]) == ("file", 10)
    assert found["deeper"]["type"] == "directory"


def test_without_autoindex_a_folder_is_forbidden(edge: NginxServer) -> None:
    assert edge.get("/bare/").status_code == 403
    assert edge.get("/absent").status_code == 404


def test_nothing_outside_the_folder(edge: NginxServer, folder: Path) -> None:
    (folder.parent / "secret").write_text("secret")
    for path in ("/../secret", "/%2e%2e/secret", "/list/..%2f..%2fsecret"):
        assert edge.get(path).status_code in (400, 404)


def test_else_another_file(edge: NginxServer) -> None:
    assert edge.get("/else/absent").text == "<p>hello</p>"
