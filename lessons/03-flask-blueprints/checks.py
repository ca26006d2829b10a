"""Checks of the lesson on Flask: a call, a factory, a blueprint, middleware, the context, a missing page."""

from __future__ import annotations

import re
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
from flask import Blueprint, Flask, Response, request
from werkzeug.test import create_environ

from labapp import create_app, lab
from labapp.course.exercise import expect, fail, question, returned, same, shown, unattempted
from labapp.web.callables import identified

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


# 1. Ask without a server.


class Watched:
    """An application in plain clothes: it can be called, and counts the bodies that are not closed."""

    def __init__(self) -> None:
        self.unclosed = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Answer as Flask does."""
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
        """Tell the owner, once."""
        self._owner.unclosed -= not self._closed
        self._closed = True
        self._pieces.close()


@question(1, section="Flask is the callable")
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
        returned(told, "a pair")
        expect(isinstance(told, tuple) and len(told) == 2, "a pair of status and body", told)
        expect(same(told[0], status), f"{asked}, the status as a number", told[0])
        expect(isinstance(told[1], bytes), f"{asked}, the body in `bytes`", told[1])
        expect(body is None or told[1] == body, f"{asked}, the whole body", told[1])
        expect(watched.unclosed == 0, "the body closed, as a server owes it", saw="nobody called its `close`")
    _, body = ask(pushes, "/", "")
    expect(body == b"pushed, returned", "the whole body of an application that calls `write`", body)
    # Werkzeug's client raises what an application changes its mind for.
    with suppress(NoSuchDishError):
        status, _ = ask(changes_its_mind, "/", "")
        expect(
            status == 500, "the status that an application has changed its mind to, with `exc_info`", status
        )


class NoSuchDishError(Exception):
    """What an application meets that changes its mind."""


def pushes(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Be an application of the old kind, which calls `write`."""
    write = start_response("200 OK", [("Content-Type", "text/plain")])
    expect(callable(write), "a function `write`, returned by `start_response`", write)
    write(b"pushed, ")
    return [b"returned"]


def changes_its_mind(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Be an application that fails after it has called `start_response`."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    try:
        raise NoSuchDishError
    except NoSuchDishError:
        start_response("500 Internal Server Error", [("Content-Type", "text/plain")], sys.exc_info())
    return [b"sorry"]


# 2. Two branches of one café.


def served(app: Flask, path: str) -> str:
    """Return what an application answers, the status before it where that is not 200."""
    app.testing = True  # a learner's exception is shown as one
    answer = app.test_client().get(path)
    return answer.text if answer.status_code == 200 else f"{answer.status_code} for {path}"


@question(2, section="One application, or as many as you like")
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


# 3. A blueprint that can live anywhere.

TITLES = {1: "Dom Casmurro", 2: "Moby-Dick", 7: "Die Verwandlung"}


@question(3, section="A blueprint is a list of things to do")
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


@question(4, section="Middleware, unchanged")
def a_signature(signed: Callable[[Flask, str], Any]) -> None:
    """One header more on every answer of one application."""
    # A learner may have signed every Flask there is.
    with patch.object(Flask, "wsgi_app", Flask.wsgi_app):
        signs(signed)


def signs(signed: Callable[[Flask, str], Any]) -> None:
    """Fail unless one application signs, whatever it answers."""
    other = create_app()
    app = create_app(TESTING=False)
    app.add_url_rule("/twice", "twice", lambda: Response("x", headers=[("X-Signed-By", "the view")]))
    app.add_url_rule("/fails", "fails", lambda: {}["nothing"])
    app.logger.disabled = True
    result = signed(app, "Ana")
    returned(result, "an application")
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
        saw = f"`Content-Type: {kind}`" if kind else "no `Content-Type`"
        expect(kind == "text/plain; charset=utf-8", f"for `{path}`, the headers that it had", saw=saw)
    names = client.get("/twice").headers.getlist("X-Signed-By")
    expect(sorted(names) == ["Ana", "the view"], "the header that a view has set, and yours", names)
    names = other.test_client().get("/ping").headers.getlist("X-Signed-By")
    expect(names == [], "another application as it was", names)
    again = signed(signed(create_app(), "Ana"), "Bo").test_client().get("/ping")
    names = again.headers.getlist("X-Signed-By")
    expect(sorted(names) == ["Ana", "Bo"], "two signatures after signing with `Ana` and with `Bo`", names)
    passes_all_on(signed)


def passes_all_on(signed: Callable[[Flask, str], Any]) -> None:
    """Fail unless what stands inside may call `write`, and change its mind with `exc_info`."""
    app, told, written = create_app(), {}, []
    inner = app.wsgi_app

    def middleware(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            write = start_response("102 Processing", [])
            expect(callable(write), "a function `write`, returned by `start_response`", write)
            write(b"pushed, ")
            return start_response(status, headers, (NoSuchDishError, NoSuchDishError(), None))

        return inner(environ, start)

    def note(status: str, headers: Any, exc_info: Any = None) -> Any:
        told.update(status=status, headers=headers, exc_info=exc_info)
        return written.append

    app.wsgi_app = middleware  # type: ignore[method-assign]
    with closing(signed(app, "Ana")(create_environ("/ping"), note)) as body:
        written.extend(body)
    seen = b"".join(written)
    expect(seen == b"pushed, pong", "what is given to `write`, passed on before the body", seen)
    expect(told["exc_info"], "an `exc_info`, passed on", saw="none")


# 5. Somebody else's basket.

PEOPLE = ["Ana", "Bo", "Cai", "Dora", "Eva", "Fei"]


@question(5, section="Whose request is it?")
def a_shop(create_shop: Callable[[Callable[[], None]], Any]) -> None:
    """Everybody's own basket, all of them at once, and nobody's afterwards."""
    together = threading.Barrier(len(PEOPLE))
    state = {"met": False, "paused": 0}

    def meet() -> None:
        with suppress(threading.BrokenBarrierError):
            together.wait(timeout=1)

    def pause() -> None:
        state["paused"] += 1
        if not state["met"]:
            meet()

    app = create_shop(pause)
    expect(isinstance(app, Flask), "a Flask application", app)
    app.testing = True

    def ask(name: str, shop: Flask = app) -> str:
        headers = {"X-Customer": name} if name else {}
        answer = shop.test_client().get("/basket", headers=headers)
        return answer.text if answer.status_code == 200 else f"{answer.status_code} for /basket"

    with ThreadPoolExecutor(len(PEOPLE)) as customers:
        told = list(customers.map(ask, PEOPLE))
        paused = state["paused"]
        state["met"] = True
        # On the same threads as before, and on this one: whatever a thread has kept shows now.
        later = [*customers.map(ask, [""] * len(PEOPLE)), ask("Ana"), ask("")]
    seen = strangers(told)
    expect(not seen, "six customers at the same moment, each with their own basket", saw=seen)
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
    # Six who meet behind all that the shop does before its view.
    shop = create_shop(lambda: None)
    shop.before_request(meet)
    with ThreadPoolExecutor(len(PEOPLE)) as customers:
        seen = strangers(customers.map(ask, PEOPLE, [shop] * len(PEOPLE)))
    expect(not seen, "each their own, though all come to the view at the same moment", saw=seen)


def strangers(told: Iterable[str]) -> str:
    """Tell of two who see another's basket."""
    pairs = zip(PEOPLE, told, strict=True)
    return ", ".join([f"{name} sees {shown(text)}" for name, text in pairs if name not in text][:2])


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


PATHS = ("/shop/cart", "/shop/till", "/shop/shop/cart", "/cart", "/ping")


@question(6, section="Your blueprint, in a running server")
def a_mended_shop(web: lab.Server, master: int, folder: Path) -> None:
    """Serves the shop where it was meant, under the master of before."""
    expect(web.running, "the server that was started, running", saw=f"it {web.ending}{told(web)}")
    expect(
        web.pid == master, "the master that was there before", saw="another one: the server was started anew"
    )
    files = {folder / "shop.py": SHOP, folder / "with_shop.py": WITH_SHOP}
    touched = [file.stat().st_mtime for file, text in files.items() if file.read_text() != text]
    if touched:
        age = next(process.age for process in web.tree() if process.pid == web.pid)
        what = "the master that was there before"
        expect(time.time() - age < max(touched), what, saw="one that was started after the files were mended")
        # A worker that was told to go may still answer for a moment.
        with suppress(TimeoutError):
            web.wait_until(lambda: len(web.workers) == 1 and serves_the_shop(web), timeout=1)
    try:
        seen = {path: web.get(path) for path in PATHS}
    except httpx.TransportError:
        fail("a server that answers", saw=f"no answer{told(web)}")
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


def told(web: lab.Server) -> str:
    errors = [line for line in web.log.lines if re.match(r"\w+Error\b", line)]
    return f"; its log says `{errors[-1]}`" if errors else ""


def serves_the_shop(web: lab.Server) -> bool:
    with suppress(httpx.TransportError):
        return all(web.get(path).status_code == 200 for path in ("/shop/cart", "/shop/till"))
    return False
