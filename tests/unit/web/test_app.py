"""The factory, the page and the errors."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient

import labapp


def test_two_applications_are_independent() -> None:
    first, second = labapp.create_app(GREETING="olá"), labapp.create_app()
    first.register_blueprint(Blueprint("late", __name__), url_prefix="/late")
    first.add_url_rule("/only-here", view_func=lambda: first.config["GREETING"])

    assert first is not second
    assert "GREETING" not in second.config
    assert first.test_client().get("/only-here").text == "olá"
    assert second.test_client().get("/only-here").status_code == 404
    assert "late" not in second.blueprints
    assert second.test_client().get("/ping").text == "pong"


def test_config_that_flask_would_ignore_is_refused() -> None:
    with pytest.raises(ValueError, match="testing: Flask reads only upper-case settings; write TESTING"):
        labapp.create_app(testing=True)
    assert labapp.create_app(TESTING=True).testing


class Page(HTMLParser):
    """The elements of a page, and every address in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]

    def addresses(self) -> list[tuple[str, str]]:
        """Return (method, address) of everything that the page links to."""
        return [
            ((attrs.get("method") or "get").upper(), str(attrs[name]))
            for _, attrs in self.tags
            for name in ("href", "src", "action")
            if name in attrs and attrs[name] != "data:,"
        ]


def test_page_shows_who_served_it(client: FlaskClient) -> None:
    response = client.get("/")
    shown = client.get("/whoami").get_json() | {"served": client.get("/whoami").get_json()["served"] - 2}
    assert response.content_type == "text/html; charset=utf-8"
    for value in shown.values():
        assert f"<dd>{value}</dd>" in response.text


def test_page_works_under_a_prefix_that_only_the_proxy_knows(app: Flask) -> None:
    prefix = "http://hub.example/user/ana/proxy/8000/"
    addresses = Page(app.test_client().get("/").text).addresses()
    assert len(addresses) > 10
    for method, address in addresses:
        absolute = urljoin(prefix, address)
        assert absolute.startswith(prefix)
        app.url_map.bind("hub.example").match("/" + absolute.removeprefix(prefix), method)  # else NotFound


def test_page_links_every_route(app: Flask) -> None:
    linked = {
        urlsplit(urljoin("/", address)).path
        for _, address in Page(app.test_client().get("/").text).addresses()
    }
    assert linked >= {rule.rule for rule in app.url_map.iter_rules() if not rule.arguments}


def test_page_shows_a_blueprint_that_was_added(app: Flask) -> None:
    mine = Blueprint("mine", __name__)

    @mine.get("/hello/<name>")
    def hello(name: str) -> str:
        """Greet <someone>."""
        return name

    app.register_blueprint(mine)
    text = app.test_client().get("/").text
    assert "<code>/hello/&lt;name&gt;</code>" in text
    assert "Greet &lt;someone&gt;." in text


def test_page_is_made_for_everyone(client: FlaskClient) -> None:
    page = Page(client.get("/").text)
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("h1")) == len(page.all("main")) == 1
    assert not page.all("script")
    assert all(field.get("aria-label") for field in page.all("input"))
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    assert {section["aria-labelledby"] for section in page.all("section")} <= ids
    css = client.get("/static/page.css")
    assert css.content_type == "text/css; charset=utf-8"
    assert "prefers-color-scheme: dark" in css.text
    css.close()


def test_not_found_names_what_there_is(client: FlaskClient) -> None:
    response = client.get("/nope?token=secret")
    assert response.status_code == 404
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.text.startswith("nothing at '/nope'; there is /, /whoami, /ping, /wait, ")
    assert "secret" not in response.text
    assert "\n" not in client.get("/two%0Alines").text


def test_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    response = client.get("/upload")
    assert (response.status_code, response.text) == (405, "/upload does not take GET; use POST or PUT")
    assert set(response.headers["Allow"].split(", ")) == {"OPTIONS", "POST", "PUT"}
    assert client.delete("/ping").text == "/ping does not take DELETE; use GET"


def test_exception_says_nothing_but_where_to_look(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> str:
        raise RuntimeError("private")

    app.add_url_rule("/fail", view_func=fail)
    response = app.test_client().get("/fail")
    assert response.status_code == 500
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.text == "the application raised an exception; the traceback is in the server's log"
    assert "RuntimeError: private" in caplog.text


def test_other_errors_keep_their_own_words(client: FlaskClient) -> None:
    client.application.config["MAX_CONTENT_LENGTH"] = 3
    response = client.post("/upload", data=b"four")
    assert response.status_code == 413
    assert response.text == "The data value transmitted exceeds the capacity limit."
