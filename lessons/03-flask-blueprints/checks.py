"""Checks of the lesson on Flask: a call, a factory, a blueprint, middleware, the context, a missing page."""
# ruff: noqa: D102, PLW0603
# An answer's name is its description, and some of the answers are the mistakes themselves.

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from wsgiref.util import setup_testing_defaults

import werkzeug.test
from flask import Blueprint, Flask, Response, abort, current_app, g, jsonify, request, url_for

from labapp import create_app, lab
from labapp.course.exercise import Given, expect, fail, question, same, shown, unattempted
from labapp.web.callables import identified

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


# 1. Ask without a server.


class Watched:
    """An application in plain clothes: it can be called, and counts the bodies that are not closed."""

    def __init__(self) -> None:
        self.unclosed = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        app = Flask("asked")
        app.add_url_rule("/hello", "hello", lambda: f"hello {request.args.get('name', 'nobody')}")
        app.add_url_rule("/pieces", "pieces", lambda: Response(iter(["one ", "two ", "three"])))
        self.unclosed += 1
        return _Body(self, app(environ, start_response))


class _Body:
    def __init__(self, owner: Watched, pieces: Any) -> None:
        self._owner, self._pieces, self._closed = owner, pieces, False

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)

    def close(self) -> None:
        self._owner.unclosed -= not self._closed
        self._closed = True
        self._pieces.close()


@question(
    1,
    section="Flask is the callable",
    hints=(
        "A server calls it with two arguments: a dictionary, and a function that takes status and headers.",
        "Flask asks for a path, a method and a scheme; `setup_testing_defaults` adds what is left out.",
        (
            "Keep the status that your `start_response` is given, take its first word as a number, join the "
            "pieces of what the application returned, and close that if it has a `close`."
        ),
    ),
)
def a_client(ask: Callable[[Any, str, str], Any]) -> None:
    """Status and body of any application's answer, the body closed."""
    for path, query, status, body in (
        ("/hello", "name=Ana", 200, b"hello Ana"),
        ("/hello", "", 200, b"hello nobody"),
        ("/pieces", "", 200, b"one two three"),
        ("/nothing", "", 404, None),
    ):
        watched = Watched()
        told = ask(identified(watched), path, query)
        asked = f"for `{path}`" + (f" with `{query}`" if query else "")
        expect(told is not None, "a pair, returned", saw="`None`: the function returns nothing")
        expect(isinstance(told, tuple) and len(told) == 2, "a pair of status and body", told)
        expect(same(told[0], status), f"{asked}, the status as a number", told[0])
        expect(isinstance(told[1], bytes), f"{asked}, the body in `bytes`", told[1])
        expect(body is None or told[1] == body, f"{asked}, the whole body", told[1])
        expect(watched.unclosed == 0, "the body closed, as a server owes it", saw="nobody called its `close`")


def by_hand(environ: dict[str, Any], application: Any) -> tuple[list[str], Any]:
    told: list[str] = []
    return told, application(environ, lambda status, headers, exc_info=None: told.append(status))


@a_client.right
def call_and_close() -> Any:
    def ask(application: Any, path: str, query: str) -> Any:
        environ = {"PATH_INFO": path, "QUERY_STRING": query}
        setup_testing_defaults(environ)
        told, pieces = by_hand(environ, application)
        try:
            return int(told[0][:3]), b"".join(pieces)
        finally:
            pieces.close()

    return ask


@a_client.right
def three_keys_and_a_loop() -> Any:
    def ask(application: Any, path: str, query: str) -> Any:
        environ = {"PATH_INFO": path, "QUERY_STRING": query}
        environ |= {"REQUEST_METHOD": "GET", "wsgi.url_scheme": "http"}
        told, pieces = by_hand(environ, application)
        body = b""
        for piece in pieces:
            body += piece
        if hasattr(pieces, "close"):
            pieces.close()
        return int(told[0].split()[0]), body

    return ask


@a_client.right
def werkzeugs_client() -> Any:
    def ask(application: Any, path: str, query: str) -> Any:
        with werkzeug.test.Client(application).get(path, query_string=query) as answer:
            return answer.status_code, answer.data

    return ask


@a_client.wrong("'function' object has no attribute 'test_client'")
def flasks_client() -> Any:
    def ask(application: Any, path: str, query: str) -> Any:
        answer = application.test_client().get(f"{path}?{query}")
        return answer.status_code, answer.data

    return ask


@a_client.wrong("the status as a number, saw `'200 OK'`")
def the_whole_status() -> Any:
    def ask(application: Any, path: str, query: str) -> Any:
        environ = {"PATH_INFO": path, "QUERY_STRING": query}
        setup_testing_defaults(environ)
        told, pieces = by_hand(environ, application)
        with suppress(AttributeError):
            pieces.close()
        return told[0], b"".join(pieces)

    return ask


@a_client.wrong("for `/pieces`, the whole body, saw `b'one '`")
def the_first_piece() -> Any:
    def ask(application: Any, path: str, query: str) -> Any:
        environ = {"PATH_INFO": path, "QUERY_STRING": query}
        setup_testing_defaults(environ)
        told, pieces = by_hand(environ, application)
        body = next(iter(pieces))
        pieces.close()
        return int(told[0][:3]), body

    return ask


@a_client.wrong("nobody called its `close`")
def never_closed() -> Any:
    def ask(application: Any, path: str, query: str) -> Any:
        environ = {"PATH_INFO": path, "QUERY_STRING": query}
        setup_testing_defaults(environ)
        told, pieces = by_hand(environ, application)
        return int(told[0][:3]), b"".join(pieces)

    return ask


@a_client.wrong("with `name=Ana`, the whole body, saw `b'hello nobody'`")
def query_in_the_path() -> Any:
    def ask(application: Any, path: str, query: str) -> Any:
        environ = {"PATH_INFO": path}
        setup_testing_defaults(environ)
        told, pieces = by_hand(environ, application)
        body = b"".join(pieces)
        pieces.close()
        return int(told[0][:3]), body

    return ask


@a_client.wrong("the body in `bytes`, saw `'hello Ana'`")
def text() -> Any:
    def ask(application: Any, path: str, query: str) -> Any:
        answer = werkzeug.test.Client(application).get(path, query_string=query)
        return answer.status_code, answer.text

    return ask


@a_client.wrong("KeyError: 'REQUEST_METHOD'")
def no_method() -> Any:
    def ask(application: Any, path: str, query: str) -> Any:
        environ = {"PATH_INFO": path, "QUERY_STRING": query, "wsgi.url_scheme": "http"}
        told, pieces = by_hand(environ, application)
        return int(told[0][:3]), b"".join(pieces)

    return ask


@a_client.wrong("for `/nothing`, the status as a number, saw `200`")
def always_fine() -> Any:
    def ask(application: Any, path: str, query: str) -> Any:
        answer = werkzeug.test.Client(application).get(path, query_string=query)
        with answer:
            return 200, answer.data

    return ask


# 2. Two branches of one café.

menu = Blueprint("menu", __name__)


@menu.get("/today")
def today() -> Any:
    return current_app.config["DISH"]


def served(app: Flask, path: str) -> str:
    """Return what an application answers, the status before it where that is not 200."""
    app.testing = True  # a learner's exception is shown as one
    answer = app.test_client().get(path)
    return answer.text if answer.status_code == 200 else f"{answer.status_code} for {path}"


@question(
    2,
    section="One application, or as many as you like",
    hints=(
        "Where is the application made: once, when the module is read, or in each call?",
        "`app.config.from_mapping` takes a dictionary; what comes later in it wins.",
        '`{"DISH": "soup"} | settings` for the configuration, and `name.isupper()` for the objection.',
    ),
)
def a_factory(branch: Callable[..., Any]) -> None:
    """Applications that share a blueprint and nothing else."""
    first = branch(DISH="pie")
    expect(isinstance(first, Flask), "a Flask application", first)
    before = served(first, "/menu/today")
    expect(before == "pie", 'from `branch(DISH="pie")`, its dish at `/menu/today`', before)
    second = branch(DISH="cake")
    expect(second is not first, "a second application from the second call", saw="the same one again")
    expect(
        served(second, "/menu/today") == "cake",
        'from `branch(DISH="cake")`, called second, its own dish',
        served(second, "/menu/today"),
    )
    after = served(first, "/menu/today")
    expect(after == "pie", "the first branch as it was before the second call", after)
    plain = served(branch(), "/menu/today")
    expect(plain == "soup", "`soup` from a branch without settings, made last", plain)
    tables = branch(TABLES=7).config.get("TABLES")
    expect(tables == 7, "any setting in capitals in the configuration: `TABLES=7`", tables)
    for name in ("dish", "Dish"):
        try:
            branch(**{name: "cake"})
        except ValueError as error:
            expect(name in str(error), f"an objection that names the setting `{name}`", str(error))
        else:
            fail(f"a ValueError for `{name}=`", saw="no objection")


@a_factory.right
def all_inside() -> Any:
    def branch(**settings: Any) -> Flask:
        for name in settings:
            if name != name.upper():
                raise ValueError(f"write {name} in capitals")
        app = Flask("branch")
        app.config.from_mapping({"DISH": "soup"} | settings)
        app.register_blueprint(menu, url_prefix="/menu")
        return app

    return branch


@a_factory.right
def setting_by_setting() -> Any:
    def branch(**settings: Any) -> Flask:
        app = Flask("branch")
        app.config["DISH"] = "soup"
        for name, value in settings.items():
            if not name.isupper():
                raise ValueError(name)
            app.config[name] = value
        app.register_blueprint(menu, url_prefix="/menu/")
        return app

    return branch


@a_factory.right
def blueprint_in_a_blueprint() -> Any:
    def branch(**settings: Any) -> Flask:
        if small := [name for name in settings if not name.isupper()]:
            raise ValueError(f"in small letters: {small}")
        outer = Blueprint("outer", __name__, url_prefix="/menu")
        outer.register_blueprint(menu)
        app = Flask("branch")
        app.config.update(settings)
        app.config.setdefault("DISH", "soup")
        app.register_blueprint(outer)
        return app

    return branch


def capitals(settings: dict[str, Any]) -> dict[str, Any]:
    for name in settings:
        if not name.isupper():
            raise ValueError(name)
    return {"DISH": "soup"} | settings


@a_factory.wrong("can no longer be called on the application")
def one_global_app() -> Any:
    app = Flask("global")

    def branch(**settings: Any) -> Flask:
        app.config.from_mapping(capitals(settings))
        app.register_blueprint(menu, url_prefix="/menu/")
        return app

    return branch


@a_factory.wrong("saw the same one again")
def one_global_app_registered_once() -> Any:
    app = Flask("global")
    app.register_blueprint(menu, url_prefix="/menu")

    def branch(**settings: Any) -> Flask:
        app.config.from_mapping(capitals(settings))
        return app

    return branch


@a_factory.wrong("made last, saw `'cake'`")
def settings_that_are_kept() -> Any:
    kept: dict[str, Any] = {"DISH": "soup"}

    def branch(**settings: Any) -> Flask:
        capitals(settings)
        kept.update(settings)
        app = Flask("branch")
        app.config.from_mapping(kept)
        app.register_blueprint(menu, url_prefix="/menu")
        return app

    return branch


@a_factory.wrong("the first branch as it was before the second call, saw `'cake'`")
def one_configuration_for_all() -> Any:
    apps: list[Flask] = []

    def branch(**settings: Any) -> Flask:
        app = Flask("branch")
        app.config.from_mapping(capitals(settings))
        apps.append(app)
        for each in apps[:-1]:
            each.config = app.config
        app.register_blueprint(menu, url_prefix="/menu")
        return app

    return branch


@a_factory.wrong("its dish at `/menu/today`, saw `'soup'`")
def default_last() -> Any:
    def branch(**settings: Any) -> Flask:
        app = Flask("branch")
        app.config.from_mapping(capitals(settings) | {"DISH": "soup"})
        app.register_blueprint(menu, url_prefix="/menu")
        return app

    return branch


@a_factory.wrong("saw `'404 for /menu/today'`")
def no_prefix() -> Any:
    def branch(**settings: Any) -> Flask:
        app = Flask("branch")
        app.config.from_mapping(capitals(settings))
        app.register_blueprint(menu)
        return app

    return branch


@a_factory.wrong("a ValueError for `dish=`")
def dropped_without_a_word() -> Any:
    def branch(**settings: Any) -> Flask:
        app = Flask("branch")
        app.config.from_mapping({"DISH": "soup"} | settings)
        app.register_blueprint(menu, url_prefix="/menu")
        return app

    return branch


@a_factory.wrong("a ValueError for `Dish=`")
def only_small_letters() -> Any:
    def branch(**settings: Any) -> Flask:
        for name in settings:
            if name.islower():
                raise ValueError(name)
        app = Flask("branch")
        app.config.from_mapping({"DISH": "soup"} | settings)
        app.register_blueprint(menu, url_prefix="/menu")
        return app

    return branch


@a_factory.wrong("`TABLES=7`")
def only_the_dish() -> Any:
    def branch(**settings: Any) -> Flask:
        app = Flask("branch")
        app.config["DISH"] = capitals(settings)["DISH"]
        app.register_blueprint(menu, url_prefix="/menu")
        return app

    return branch


# 3. A blueprint that can live anywhere.

TITLES = {1: "Dom Casmurro", 2: "Moby-Dick", 7: "Die Verwandlung"}


@question(
    3,
    section="A blueprint is a list of things to do",
    hints=(
        "Make the blueprint in the function, and let its views read `titles`. `abort(404)` calls a handler.",
        "A blueprint has an `errorhandler`, too: for its own views, and for nobody else's.",
        'An endpoint that begins with a dot belongs to the blueprint that is asked: `url_for(".book", …)`.',
    ),
)
def a_blueprint(make_books: Callable[[dict[int, str]], Any]) -> None:
    """Views, a handler and addresses that hold under any prefix and any name."""
    books = make_books(TITLES)
    expect(isinstance(books, Blueprint), "a `Blueprint`", books)
    expect(books.name == "books", "a blueprint named `books`", books.name)
    site = Flask("site")
    site.testing = True
    site.register_error_handler(404, lambda error: ("the site has no such page", 404))
    site.register_blueprint(books, url_prefix="/shelf")
    site.register_blueprint(books, url_prefix="/attic/box", name="old")
    site.register_blueprint(make_books({5: "Ulysses"}), url_prefix="/other", name="other")
    client = site.test_client()
    for path, status, wanted, what in (
        ("/shelf/2", 200, "Moby-Dick", "the title of book 2"),
        ("/other/5", 200, "Ulysses", "the title of book 5 of a second blueprint"),
        ("/attic/box/7", 200, "Die Verwandlung", "the title of book 7"),
        ("/shelf/5", 404, "no such book", "what is said of a number without a book"),
        ("/elsewhere", 404, "the site has no such page", "the site's own sentence, as before"),
    ):
        answer = client.get(path)
        expect(answer.status_code == status, f"for `{path}`, the status {status}", answer.status_code)
        expect(answer.text == wanted, f"for `{path}`, {what}", answer.text)
    for prefix, numbers in (("/shelf", TITLES), ("/attic/box", TITLES), ("/other", {5: ""})):
        answer = client.get(f"{prefix}/")
        expect(answer.status_code == 200, f"for `{prefix}/`, the status 200", answer.status_code)
        expect(answer.is_json, f"for `{prefix}/`, an answer in JSON", saw=f"`{answer.content_type}`")
        expect(
            answer.json == [f"{prefix}/{number}" for number in numbers],
            f"for `{prefix}/`, the addresses of its books, under its own prefix",
            answer.json,
        )


def shelf(titles: dict[int, str]) -> Blueprint:
    """Return a blueprint with a title's view and its handler, for answers that differ elsewhere."""
    books = Blueprint("books", __name__)

    @books.get("/<int:number>")
    def book(number: int) -> Any:
        return titles[number] if number in titles else abort(404)

    books.register_error_handler(404, lambda error: ("no such book", 404))
    return books


@a_blueprint.right
def with_decorators() -> Any:
    def make_books(titles: dict[int, str]) -> Blueprint:
        books = Blueprint("books", __name__)

        @books.get("/<int:number>")
        def book(number: int) -> Any:
            if number not in titles:
                abort(404)
            return titles[number]

        @books.get("/")
        def addresses() -> Any:
            return jsonify([url_for(".book", number=number) for number in titles])

        @books.errorhandler(404)
        def no_such_book(error: Any) -> Any:
            return "no such book", 404

        return books

    return make_books


@a_blueprint.right
def without_a_handler_or_url_for() -> Any:
    def make_books(titles: dict[int, str]) -> Blueprint:
        books = Blueprint("books", __name__)
        books.add_url_rule("/", "all", lambda: [request.path + str(number) for number in titles])
        books.add_url_rule(
            "/<int:number>",
            "one",
            lambda number: titles.get(number) or ("no such book", 404),
        )
        return books

    return make_books


@a_blueprint.right
def by_the_blueprints_own_name() -> Any:
    def make_books(titles: dict[int, str]) -> Blueprint:
        books = shelf(titles)
        books.add_url_rule(
            "/",
            "all",
            lambda: [url_for(f"{request.blueprint}.book", number=number) for number in titles],
        )
        return books

    return make_books


@a_blueprint.wrong("`/attic/box/`, the addresses of its books, under its own prefix, saw `['/shelf/1'")
def endpoint_with_a_fixed_name() -> Any:
    def make_books(titles: dict[int, str]) -> Blueprint:
        books = shelf(titles)
        books.add_url_rule("/", "all", lambda: [url_for("books.book", number=number) for number in titles])
        return books

    return make_books


@a_blueprint.wrong("under its own prefix, saw `['/1', '/2', '/7']`")
def no_prefix_at_all() -> Any:
    def make_books(titles: dict[int, str]) -> Blueprint:
        books = shelf(titles)
        books.add_url_rule("/", "all", lambda: [f"/{number}" for number in titles])
        return books

    return make_books


@a_blueprint.wrong("the site's own sentence, as before, saw `'no such book'`")
def a_handler_for_the_whole_site() -> Any:
    def make_books(titles: dict[int, str]) -> Blueprint:
        books = shelf(titles)
        books.add_url_rule("/", "all", lambda: [url_for(".book", number=number) for number in titles])
        books.app_errorhandler(404)(lambda error: ("no such book", 404))
        return books

    return make_books


@a_blueprint.wrong("for `/shelf/5`, the status 404, saw `200`")
def a_sentence_without_a_status() -> Any:
    def make_books(titles: dict[int, str]) -> Blueprint:
        books = Blueprint("books", __name__)
        books.add_url_rule("/<int:number>", "one", lambda number: titles.get(number, "no such book"))
        books.add_url_rule("/", "all", lambda: [url_for(".one", number=number) for number in titles])
        return books

    return make_books


@a_blueprint.wrong("for `/shelf/5`, what is said of a number without a book")
def the_sites_404() -> Any:
    def make_books(titles: dict[int, str]) -> Blueprint:
        books = Blueprint("books", __name__)
        books.add_url_rule(
            "/<int:number>", "one", lambda number: titles[number] if number in titles else abort(404)
        )
        books.add_url_rule("/", "all", lambda: [url_for(".one", number=number) for number in titles])
        return books

    return make_books


@a_blueprint.wrong("KeyError: '2'")
def number_as_text() -> Any:
    def make_books(titles: dict[int, str]) -> Blueprint:
        books = Blueprint("books", __name__)

        @books.get("/<number>")
        def book(number: Any) -> Any:
            return f"{titles[number]}"

        return books

    return make_books


@a_blueprint.wrong("for `/shelf/2`, the status 200, saw `404`")
def a_prefix_in_the_rules() -> Any:
    def make_books(titles: dict[int, str]) -> Blueprint:
        books = Blueprint("books", __name__)
        books.add_url_rule("/shelf/<int:number>", "one", lambda number: titles[number])
        return books

    return make_books


@a_blueprint.wrong("for `/other/5`, the status 200, saw `404`")
def one_blueprint_for_all() -> Any:
    books = shelf(TITLES)
    return lambda titles: books


@a_blueprint.wrong("an answer in JSON, saw `text/html; charset=utf-8`")
def a_list_as_text() -> Any:
    def make_books(titles: dict[int, str]) -> Blueprint:
        books = shelf(titles)
        books.add_url_rule("/", "all", lambda: str([url_for(".book", number=number) for number in titles]))
        return books

    return make_books


# 4. Signed by.


@question(
    4,
    section="Middleware, unchanged",
    hints=(
        "Middleware takes an application and returns one; but what it returns is no Flask.",
        "A server calls `app`, and `app` calls `app.wsgi_app`. Keep that one before you replace it.",
        (
            "`inner = app.wsgi_app`, a function that calls `inner(environ, start)` with a `start` that adds "
            "a pair to the headers, `app.wsgi_app = ` that function, and `return app`."
        ),
    ),
)
def a_signature(signed: Callable[[Flask, str], Any]) -> None:
    """One header more on every answer of one application."""
    other = create_app()
    app = create_app(TESTING=False)
    app.add_url_rule("/twice", "twice", lambda: Response("x", headers=[("X-Signed-By", "the view")]))
    app.add_url_rule("/fails", "fails", lambda: {}["nothing"])
    app.logger.disabled = True
    result = signed(app, "Ana")
    expect(result is not None, "an application, returned", saw="`None`: the function returns nothing")
    expect(isinstance(result, Flask), "a Flask application, with its `test_client`", result)
    client = result.test_client()
    for path, status in (("/ping", 200), ("/nothing", 404), ("/fails", 500)):
        try:
            answer = client.get(path)
        except RecursionError:
            fail(f"for `{path}`, an answer", saw="calls that lead back to where they began (RecursionError)")
        expect(
            answer.status_code == status, f"for `{path}`, the status {status} as before", answer.status_code
        )
        names = answer.headers.getlist("X-Signed-By")
        expect(names == ["Ana"], f"for `{path}`, with the status {status}, one signature, `Ana`", names)
        kind = answer.headers.get("Content-Type")
        expect(
            kind == "text/plain; charset=utf-8", f"for `{path}`, the headers that it had", saw=f"type {kind}"
        )
    names = client.get("/twice").headers.getlist("X-Signed-By")
    expect(sorted(names) == ["Ana", "the view"], "the header that a view has set, and yours", names)
    names = other.test_client().get("/ping").headers.getlist("X-Signed-By")
    expect(names == [], "another application as it was", names)
    again = signed(signed(create_app(), "Ana"), "Bo").test_client().get("/ping")
    names = again.headers.getlist("X-Signed-By")
    expect(sorted(names) == ["Ana", "Bo"], "two signatures after signing with `Ana` and with `Bo`", names)


def signing(inner: Any, name: Any) -> Any:
    """Return middleware that signs, for answers that put it in different places."""

    def with_signature(environ: dict[str, Any], start_response: Any) -> Any:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            return start_response(status, [*headers, ("X-Signed-By", name)], exc_info)

        return inner(environ, start)

    return with_signature


@a_signature.right
def between_app_and_wsgi_app() -> Any:
    def signed(app: Any, name: str) -> Any:
        app.wsgi_app = signing(app.wsgi_app, name)
        return app

    return signed


@a_signature.right
def with_a_class() -> Any:
    class Signed:
        def __init__(self, inner: Any, name: str) -> None:
            self.inner, self.name = inner, name

        def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
            def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
                headers.append(("X-Signed-By", self.name))
                return start_response(status, headers, *more)

            return self.inner(environ, start)

    def signed(app: Any, name: str) -> Any:
        app.wsgi_app = Signed(app.wsgi_app, name)
        return app

    return signed


@a_signature.right
def with_flasks_own_hook() -> Any:
    def signed(app: Any, name: str) -> Any:
        @app.after_request
        def sign(response: Response) -> Response:
            response.headers.add("X-Signed-By", name)
            return response

        return app

    return signed


@a_signature.wrong("with its `test_client`, saw `<function")
def a_plain_function() -> Any:
    return signing


@a_signature.wrong("RecursionError")
def wrapped_around_itself() -> Any:
    def signed(app: Any, name: str) -> Any:
        app.wsgi_app = signing(app, name)
        return app

    return signed


@a_signature.wrong("the headers that it had, saw type None")
def headers_replaced() -> Any:
    def signed(app: Any, name: str) -> Any:
        inner = app.wsgi_app

        def with_signature(environ: dict[str, Any], start_response: Any) -> Any:
            return inner(environ, lambda status, *_: start_response(status, [("X-Signed-By", name)]))

        app.wsgi_app = with_signature
        return app

    return signed


@a_signature.wrong("another application as it was, saw `['Ana']`")
def the_class_and_not_the_object() -> Iterator[Any]:
    before = Flask.wsgi_app

    def signed(app: Any, name: str) -> Any:
        inner = Flask.wsgi_app

        def with_signature(self: Flask, environ: Any, start_response: Any) -> Any:
            return signing(lambda *both: inner(self, *both), name)(environ, start_response)

        Flask.wsgi_app = with_signature  # type: ignore[method-assign]
        return app

    yield signed
    Flask.wsgi_app = before  # type: ignore[method-assign]


@a_signature.wrong("with the status 404, one signature, `Ana`, saw `[]`")
def only_what_went_well() -> Any:
    def signed(app: Any, name: str) -> Any:
        @app.after_request
        def sign(response: Response) -> Response:
            if response.status_code < 400:
                response.headers.add("X-Signed-By", name)
            return response

        return app

    return signed


@a_signature.wrong("the header that a view has set, and yours, saw `['Ana']`")
def one_instead_of_the_other() -> Any:
    def signed(app: Any, name: str) -> Any:
        @app.after_request
        def sign(response: Response) -> Response:
            response.headers["X-Signed-By"] = name
            return response

        return app

    return signed


@a_signature.wrong("with the status 200, one signature, `Ana`, saw `[]`")
def put_into_the_request() -> Any:
    def signed(app: Any, name: str) -> Any:
        inner = app.wsgi_app

        def with_signature(environ: dict[str, Any], start_response: Any) -> Any:
            return inner({**environ, "HTTP_X_SIGNED_BY": name}, start_response)

        app.wsgi_app = with_signature
        return app

    return signed


@a_signature.wrong("the function returns nothing")
def not_returned() -> Any:
    def signed(app: Any, name: str) -> None:
        app.wsgi_app = signing(app.wsgi_app, name)

    return signed


# 5. Somebody else's basket.

PEOPLE = ["Ana", "Bo", "Cai", "Dora", "Eva", "Fei"]


@question(
    5,
    section="Whose request is it?",
    hints=(
        "Two customers at the same moment: which line does the second run while the first one pauses?",
        "A variable of the module belongs to the process. What belongs to the request, and ends with it?",
        '`request.headers.get("X-Customer", "nobody")` goes into `g`, before the request; the view reads it.',
    ),
)
def a_shop(create_shop: Callable[[Callable[[], None]], Any]) -> None:
    """Everybody's own basket, all of them at once, and nobody's afterwards."""
    together = threading.Barrier(len(PEOPLE))
    state = {"met": False, "paused": 0}

    def pause() -> None:
        state["paused"] += 1
        if state["met"]:
            return
        with suppress(threading.BrokenBarrierError):
            together.wait(timeout=1)

    app = create_shop(pause)
    expect(isinstance(app, Flask), "a Flask application", app)
    app.testing = True

    def ask(name: str) -> str:
        headers = {"X-Customer": name} if name else {}
        answer = app.test_client().get("/basket", headers=headers)
        return answer.text if answer.status_code == 200 else f"{answer.status_code} for /basket"

    with ThreadPoolExecutor(len(PEOPLE)) as customers:
        told = list(customers.map(ask, PEOPLE))
        paused = state["paused"]
        state["met"] = True
        # On the same threads as before, and on this one: whatever a thread has kept shows now.
        later = [*customers.map(ask, [""] * len(PEOPLE)), ask("Ana"), ask("")]
    strangers = [
        f"{name} sees {shown(text)}" for name, text in zip(PEOPLE, told, strict=True) if name not in text
    ]
    expect(
        not strangers,
        "six customers at the same moment, each with their own basket",
        saw=", ".join(strangers[:2]),
    )
    expect(paused == len(PEOPLE), "one `pause()` in each answer", saw=f"{paused} in {len(PEOPLE)} answers")
    expect(
        not together.broken,
        "six customers served at the same moment",
        saw="some who were let in only when others had gone",
    )
    expect(told[0] == "basket of Ana", "for a customer Ana, `basket of Ana`", told[0])
    kept = [text for text in (*later[:-2], later[-1]) if text != "basket of nobody"]
    expect(
        not kept, "for a request without the header, `basket of nobody`", saw=shown(kept[0]) if kept else "-"
    )


def shop_with(recognise: Callable[[], Any], whose: Callable[[], Any], pause: Callable[[], None]) -> Flask:
    """Return a shop that recognises before each request, pauses, and tells whose basket it is."""
    app = Flask("shop")
    app.before_request(recognise)

    @app.get("/basket")
    def basket() -> str:
        pause()
        return f"basket of {whose()}"

    return app


def sent(default: str = "nobody") -> str:
    return request.headers.get("X-Customer", default)


@a_shop.right
def kept_in_g() -> Any:
    def create_shop(pause: Callable[[], None]) -> Flask:
        def recognise() -> None:
            g.customer = sent()

        return shop_with(recognise, lambda: g.customer, pause)

    return create_shop


@a_shop.right
def a_local_variable() -> Any:
    def create_shop(pause: Callable[[], None]) -> Flask:
        app = Flask("shop")

        @app.get("/basket")
        def basket() -> str:
            customer = request.headers.get("X-Customer", "nobody")
            pause()
            return f"basket of {customer}"

        return app

    return create_shop


@a_shop.right
def a_context_variable() -> Any:
    customer: ContextVar[str] = ContextVar("customer")

    def create_shop(pause: Callable[[], None]) -> Flask:
        def recognise() -> None:
            customer.set(sent())

        return shop_with(recognise, customer.get, pause)

    return create_shop


@a_shop.right
def local_to_the_thread_and_set_each_time() -> Any:
    local = threading.local()

    def create_shop(pause: Callable[[], None]) -> Flask:
        def recognise() -> None:
            local.customer = sent()

        return shop_with(recognise, lambda: local.customer, pause)

    return create_shop


customer = "nobody"


@a_shop.wrong("each with their own basket, saw ")
def as_it_was() -> Any:
    def create_shop(pause: Callable[[], None]) -> Flask:
        def recognise() -> None:
            global customer
            customer = sent(customer)

        return shop_with(recognise, lambda: customer, pause)

    return create_shop


@a_shop.wrong("some who were let in only when others had gone")
def one_after_the_other() -> Any:
    lock = threading.Lock()

    def create_shop(pause: Callable[[], None]) -> Flask:
        app = Flask("shop")

        @app.get("/basket")
        def basket() -> str:
            global customer
            with lock:
                customer = sent()
                pause()
                return f"basket of {customer}"

        return app

    return create_shop


@a_shop.wrong("without the header, `basket of nobody`, saw `'basket of ")
def kept_by_the_thread() -> Any:
    local = threading.local()

    def create_shop(pause: Callable[[], None]) -> Flask:
        def recognise() -> None:
            local.customer = sent(getattr(local, "customer", "nobody"))

        return shop_with(recognise, lambda: local.customer, pause)

    return create_shop


@a_shop.wrong("one `pause()` in each answer")
def without_the_pause() -> Any:
    def create_shop(pause: Callable[[], None]) -> Flask:
        return shop_with(lambda: None, sent, lambda: None)

    return create_shop


@a_shop.wrong("AttributeError: customer")
def set_only_where_there_is_a_header() -> Any:
    def create_shop(pause: Callable[[], None]) -> Flask:
        def recognise() -> None:
            if "X-Customer" in request.headers:
                g.customer = request.headers["X-Customer"]

        return shop_with(recognise, lambda: g.customer, pause)

    return create_shop


@a_shop.wrong("KeyError: 'HTTP_X_CUSTOMER'")
def without_a_default() -> Any:
    def create_shop(pause: Callable[[], None]) -> Flask:
        def recognise() -> None:
            g.customer = request.headers["X-Customer"]

        return shop_with(recognise, lambda: g.customer, pause)

    return create_shop


@a_shop.wrong("for a request without the header, `basket of nobody`, saw `'basket of None'`")
def none_for_nobody() -> Any:
    def create_shop(pause: Callable[[], None]) -> Flask:
        def recognise() -> None:
            g.customer = request.headers.get("X-Customer")

        return shop_with(recognise, lambda: g.customer, pause)

    return create_shop


# 6. The page that is not there.

SHOP = """
from flask import Blueprint

shop = Blueprint("shop", __name__)


@shop.get("/shop/cart")
def cart():
    return "an empty cart"


@shop.get("/shop/till")
def till():
    return "closed"
"""
WITH_SHOP = """
import labapp
from shop import shop


def create_app():
    app = labapp.create_app()
    app.register_blueprint(shop, url_prefix="/shop")
    return app
"""


@question(
    6,
    section="Your blueprint, in a running server",
    hints=(
        "The sentence of the 404 lists the paths that there are. What do those of the shop look like?",
        "A prefix that is said twice is there twice. And a process does not read its files again.",
        'Take `/shop` out of the two rules, or leave out `url_prefix=`; then `web.signal("HUP")`, and wait.',
    ),
)
def a_mended_shop(web: lab.Server, master: int, folder: Path) -> None:
    """Serves the shop where it was meant, under the master of before."""
    expect(web.running, "the server that was started, running", saw=f"it {web.ending}")
    expect(
        web.pid == master, "the master that was there before", saw="another one: the server was started anew"
    )
    touched = (folder / "shop.py").read_text() != SHOP or (folder / "with_shop.py").read_text() != WITH_SHOP
    if touched:
        # A worker that was told to go may still answer for a moment.
        with suppress(TimeoutError):
            web.wait_until(lambda: len(web.workers) == 1 and serves_the_shop(web), timeout=1)
    seen = {path: web.get(path) for path in ("/shop/cart", "/shop/till", "/shop/shop/cart", "/cart", "/ping")}
    there = [path for path, answer in seen.items() if answer.status_code == 200]
    if not touched and "/shop/cart" not in there:
        unattempted("The files are as they were, and so is what the server answers.")
    answering = ", ".join(f"`{path}`" for path in there) or "nothing"
    expect("/ping" in there, "`/ping` of the course's application, as before", saw=f"answers at {answering}")
    expect(
        "/shop/cart" in there, "`/shop/cart` answered by the running server", saw=f"answers at {answering}"
    )
    expect("/shop/till" in there, "`/shop/till` answered, too", saw=f"answers at {answering}")
    elsewhere = [path for path in there if path in ("/shop/shop/cart", "/cart")]
    expect(not elsewhere, "the shop at no other address", saw=f"answers at {answering}")
    for path, text in (("/shop/cart", "an empty cart"), ("/shop/till", "closed")):
        expect(seen[path].text == text, f"at `{path}`, what its view says", seen[path].text)


def serves_the_shop(web: lab.Server) -> bool:
    return all(web.get(path).status_code == 200 for path in ("/shop/cart", "/shop/till"))


@contextmanager
def broken() -> Iterator[tuple[lab.Server, int, Path]]:
    """Start the server of the exercise, with its mistake."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "shop.py").write_text(SHOP)
        (folder / "with_shop.py").write_text(WITH_SHOP)
        with lab.launch('gunicorn "with_shop:create_app()"', cwd=folder) as web:
            yield web, web.pid, folder


def renew(web: lab.Server) -> None:
    old = {worker.pid for worker in web.workers}
    web.signal("HUP")
    web.wait_until(lambda: web.workers and not old & {worker.pid for worker in web.workers})


@a_mended_shop.blank
def nothing_done() -> Iterator[Given]:
    with broken() as given:
        yield Given(*given)


@a_mended_shop.right
def out_of_the_rules() -> Iterator[Given]:
    with broken() as (web, master, folder):
        (folder / "shop.py").write_text(SHOP.replace('"/shop/', '"/'))
        renew(web)
        yield Given(web, master, folder)


@a_mended_shop.right
def out_of_the_registration() -> Iterator[Given]:
    with broken() as (web, master, folder):
        (folder / "with_shop.py").write_text(WITH_SHOP.replace(', url_prefix="/shop"', ""))
        web.signal(signal.SIGHUP)
        web.wait_until(lambda: web.get("/shop/till").status_code == 200)
        yield Given(web, master, folder)


@a_mended_shop.wrong("by the running server, saw answers at `/shop/shop/cart`, `/ping`")
def the_files_and_not_the_server() -> Iterator[Given]:
    with broken() as (web, master, folder):
        (folder / "shop.py").write_text(SHOP.replace('"/shop/', '"/'))
        yield Given(web, master, folder)


@a_mended_shop.wrong("another one: the server was started anew")
def started_anew() -> Iterator[Given]:
    with broken() as (web, master, folder):
        web.stop()
        (folder / "shop.py").write_text(SHOP.replace('"/shop/', '"/'))
        with lab.launch('gunicorn "with_shop:create_app()"', cwd=folder) as other:
            yield Given(other, master, folder)


@a_mended_shop.wrong("by the running server, saw answers at `/cart`, `/ping`")
def out_of_both() -> Iterator[Given]:
    with broken() as (web, master, folder):
        (folder / "shop.py").write_text(SHOP.replace('"/shop/', '"/'))
        (folder / "with_shop.py").write_text(WITH_SHOP.replace(', url_prefix="/shop"', ""))
        renew(web)
        yield Given(web, master, folder)


@a_mended_shop.wrong("`/shop/till` answered, too")
def only_the_cart() -> Iterator[Given]:
    with broken() as (web, master, folder):
        (folder / "shop.py").write_text(SHOP.replace('"/shop/cart', '"/cart'))
        renew(web)
        yield Given(web, master, folder)


@a_mended_shop.wrong("the shop at no other address")
def registered_a_second_time() -> Iterator[Given]:
    with broken() as (web, master, folder):
        again = '    app.register_blueprint(shop, name="again", url_prefix="")\n    return app'
        (folder / "with_shop.py").write_text(WITH_SHOP.replace("    return app", again))
        renew(web)
        yield Given(web, master, folder)


@a_mended_shop.wrong("it exited with status 3")
def a_second_time_by_the_same_name() -> Iterator[Given]:
    with broken() as (web, master, folder):
        again = '    app.register_blueprint(shop, url_prefix="/")\n    return app'
        (folder / "with_shop.py").write_text(WITH_SHOP.replace("    return app", again))
        web.signal("HUP")
        web.wait_until(running=False)
        yield Given(web, master, folder)


@a_mended_shop.wrong("at `/shop/cart`, what its view says")
def a_page_put_over_the_hole() -> Iterator[Given]:
    with broken() as (web, master, folder):
        hole = '    app.add_url_rule("/shop/<page>", "page", lambda page: "ok")\n    return app'
        changed = WITH_SHOP.replace("    return app", hole).replace(
            '    app.register_blueprint(shop, url_prefix="/shop")\n', ""
        )
        (folder / "with_shop.py").write_text(changed)
        renew(web)
        yield Given(web, master, folder)


@a_mended_shop.wrong("`/ping` of the course's application")
def a_flask_of_its_own() -> Iterator[Given]:
    with broken() as (web, master, folder):
        bare = WITH_SHOP.replace("import labapp", "import flask").replace(
            "labapp.create_app()", "flask.Flask(__name__)"
        )
        (folder / "with_shop.py").write_text(bare.replace(', url_prefix="/shop"', ""))
        renew(web)
        yield Given(web, master, folder)
