"""Answers to the exercises on Flask."""

import werkzeug.test
from flask import Blueprint, Flask, request

from labapp.course.exercise import Answers

ask = Answers(1)


@ask.right
def a_loop_and_a_write_of_its_own(application, path, query):
    environ = {"PATH_INFO": path, "QUERY_STRING": query}
    environ |= {"REQUEST_METHOD": "GET", "wsgi.url_scheme": "http"}
    answer = {"body": b""}

    def write(piece):
        answer["body"] += piece

    pieces = application(environ, lambda status, *more: answer.update(status=status) or write)
    for piece in pieces:
        write(piece)
    getattr(pieces, "close", lambda: None)()
    return int(answer["status"][:3]), answer["body"]


@ask.right
def werkzeugs_client(application, path, query):
    with werkzeug.test.Client(application).get(path, query_string=query) as answer:
        return answer.status_code, answer.data


ask.wrong(
    "'function' object has no attribute 'test_client'",
    """
    answer = application.test_client().get(f"{path}?{query}")
    return answer.status_code, answer.data
    """,
)
ask.wrong("the status as a number, saw `'200 OK'`", ("int(told[-1].split()[0])", "told[-1]"))
ask.wrong("for `/pieces`, the whole body, saw `b'one '`", ("extend(pieces)", "append(next(iter(pieces)))"))
ask.wrong("nobody called its `close`", ("pieces.close()", "pass"))
ask.wrong("with `name=Ana`, the whole body, saw `b'hello nobody'`", (', "QUERY_STRING": query', ""))
ask.wrong("the body in `bytes`, saw `'hello Ana'`", ("join(sent)", "join(sent).decode()"))
ask.wrong(
    "KeyError: 'REQUEST_METHOD'", ("setup_testing_defaults(environ)", 'environ["wsgi.url_scheme"] = "http"')
)
ask.wrong("for `/nothing`, the status as a number, saw `200`", ("int(told[-1].split()[0])", "200"))
ask.wrong("a function `write`, returned by `start_response`", ("        return sent.append\n", ""))
ask.wrong("an application that calls `write`, saw `b'returned'`", ("return sent.append", "return len"))
ask.wrong("takes 2 positional arguments but 3 were given", (", exc_info=None", ""))
ask.wrong("the status that an application has changed its mind to", ("told[-1]", "told[0]"))

branch = Answers(2)
NEW, MAPPING = "Flask(__name__)", '{"DISH": "soup"} | settings'
REGISTER = 'app.register_blueprint(menu, url_prefix="/menu")'

branch.right(
    """
    app = Flask("branch")
    app.config["DISH"] = "soup"
    for name, value in settings.items():
        if not name.isupper():
            raise ValueError(name)
        app.config[name] = value
    app.register_blueprint(menu, url_prefix="/menu/")
    return app
    """
)
branch.right(
    """
    if small := [name for name in settings if not name.isupper()]:
        raise ValueError(f"in small letters: {small}")
    outer = Blueprint("outer", __name__, url_prefix="/menu")
    outer.register_blueprint(menu)
    app = Flask("branch")
    app.config.update(settings)
    app.config.setdefault("DISH", "soup")
    app.register_blueprint(outer)
    return app
    """
)
# What a module would keep, the function keeps.
ONE_FOR_ALL = (NEW, f'branch.__dict__.setdefault("app", {NEW})')
branch.wrong("can no longer be called on the application", ONE_FOR_ALL)
branch.wrong("saw the same one again", ONE_FOR_ALL, (REGISTER, f"if not app.blueprints:\n        {REGISTER}"))
KEPT = 'kept = branch.__dict__\n    kept.update({"DISH": "soup"} | kept | settings)'
branch.wrong("made last, saw `'cake'`", ("app = Flask", f"{KEPT}\n    app = Flask"), (MAPPING, "kept"))
branch.wrong(
    "the first branch as it was before the second call, saw `'cake'`",
    (NEW, f'{NEW}\n    app.config = branch.__dict__.setdefault("config", app.config)'),
)
branch.wrong("its dish at `/menu/today`, saw `'soup'`", (MAPPING, 'settings | {"DISH": "soup"}'))
branch.wrong("saw `'404 for /menu/today'`", (', url_prefix="/menu"', ""))
branch.wrong("a ValueError for `dish=`", ("if not name.isupper()", "if False"))
branch.wrong("a ValueError for `Dish=`", ("not name.isupper()", "name.islower()"))
branch.wrong("`TABLES=7`", (MAPPING, '{"DISH": settings.get("DISH", "soup")}'))

make_books = Answers(3)


@make_books.right
def without_a_handler_or_url_for(titles):
    books = Blueprint("books", __name__)
    books.add_url_rule("/", "all", lambda: [request.path + str(number) for number in titles])
    books.add_url_rule("/<int:number>", "one", lambda number: titles.get(number) or ("no such book", 404))
    return books


make_books.right(('url_for(".book"', 'url_for(f"{request.blueprint}.book"'))
make_books.wrong(
    "`/attic/box/`, the addresses of its books, under its own prefix, saw `['/shelf/1'",
    ('url_for(".book"', 'url_for("books.book"'),
)
make_books.wrong(
    "under its own prefix, saw `['/1', '/2', '/7']`", ('url_for(".book", number=number)', 'f"/{number}"')
)
make_books.wrong(
    "the site's own sentence, as before, saw `'no such book'`",
    ("books.errorhandler", "books.app_errorhandler"),
)
make_books.wrong("for `/shelf/5`, the status 404, saw `200`", ('"no such book", 404', '"no such book"'))
make_books.wrong(
    "for `/shelf/5`, what is said of a number without a book", ("    @books.errorhandler(404)\n", "")
)
make_books.wrong(
    "KeyError: '2'",
    ("<int:number>", "<number>"),
    ("        if number not in titles:\n            abort(404)\n", ""),
)
make_books.wrong("for `/shelf/2`, the status 200, saw `404`", ("/<int:number>", "/shelf/<int:number>"))
make_books.wrong(
    "for `/other/5`, the status 200, saw `404`",
    ("    books = ", '    titles = make_books.__dict__.setdefault("titles", titles)\n    books = '),
)
make_books.wrong("an answer in JSON, saw `text/html; charset=utf-8`", ("jsonify(", "str("))

signed = Answers(4)
START = 'start_response(status, [*headers, ("X-Signed-By", name)], exc_info)'
HOOK = """
@app.after_request
def sign(response):
    response.headers.add("X-Signed-By", name)
    return response

return app
"""

signed.right(
    """
    class Signed:
        def __init__(self, inner):
            self.inner = inner

        def __call__(self, environ, start_response):
            def start(status, headers, *more):
                headers.append(("X-Signed-By", name))
                return start_response(status, headers, *more)

            return self.inner(environ, start)

    app.wsgi_app = Signed(app.wsgi_app)
    return app
    """
)
signed.right(HOOK)
signed.wrong(
    "with its `test_client`, saw `<function",
    ("app.wsgi_app = with_signature\n    return app", "return with_signature"),
)
signed.wrong("RecursionError", ("inner = app.wsgi_app", "inner = app"))
signed.wrong("the headers that it had, saw no `Content-Type`", ("*headers, ", ""))
signed.wrong(
    "another application as it was, saw `['Ana']`",
    ("inner = app.wsgi_app", "inner = Flask.wsgi_app"),
    ("with_signature(environ", "with_signature(self, environ"),
    ("inner(environ", "inner(self, environ"),
    ("app.wsgi_app = with", "Flask.wsgi_app = with"),
)
signed.wrong(
    "with the status 404, one signature, `Ana`, saw `[]`",
    HOOK.replace("    response.headers", "    if response.status_code < 400:\n        response.headers"),
)
signed.wrong(
    "the header that a view has set, and yours, saw `['Ana']`",
    HOOK.replace('.add("X-Signed-By", name)', '["X-Signed-By"] = name'),
)
signed.wrong(
    "with the status 200, one signature, `Ana`, saw `[]`",
    ("inner(environ, start)", 'inner({**environ, "HTTP_X_SIGNED_BY": name}, start_response)'),
)
signed.wrong("the function returns nothing", ("with_signature\n    return app", "with_signature"))
signed.wrong("a function `write`, returned by `start_response`", (f"return {START}", START))
signed.wrong("passed on before the body", (f"return {START}", f"{START}\n            return len"))
signed.wrong("an `exc_info`, passed on, saw none", ("], exc_info)", "])"))
signed.wrong("takes 2 positional arguments but 3 were given", (", exc_info=None", ""), ("], exc_info)", "])"))

create_shop = Answers(5)
SHOP, NOTE = 'app = Flask("shop")', 'g.customer = request.headers.get("X-Customer", "nobody")'
SENT = 'if "X-Customer" in request.headers'


def kept_in(maker, setting, getting):
    """Return the changes that keep the customer somewhere else."""
    return (SHOP, f"{maker}\n    {SHOP}"), (NOTE, setting), ("{g.customer}", f"{{{getting}}}")


THREADS = "import threading\n\n    local = threading.local()"


@create_shop.right
def a_local_variable(pause):
    app = Flask("shop")

    @app.get("/basket")
    def basket():
        customer = request.headers.get("X-Customer", "nobody")
        pause()
        return f"basket of {customer}"

    return app


create_shop.right(
    *kept_in(
        'from contextvars import ContextVar\n\n    kept = ContextVar("customer")',
        'kept.set(request.headers.get("X-Customer", "nobody"))',
        "kept.get()",
    )
)
create_shop.right(*kept_in(THREADS, NOTE.replace("g.", "local."), "local.customer"))
create_shop.wrong("each with their own basket, saw ", "return create_broken_shop(pause)")
create_shop.wrong(
    "some who were let in only when others had gone",
    (SHOP, f"import threading\n\n    lock = threading.Lock()\n    {SHOP}"),
    ("        pause()\n        return", "        with lock:\n            pause()\n        return"),
)
create_shop.wrong(
    "without the header, `basket of nobody`, saw `'basket of ",
    *kept_in(
        THREADS,
        'if "X-Customer" in request.headers or not hasattr(local, "customer"):\n            '
        + NOTE.replace("g.", "local."),
        "local.customer",
    ),
)
create_shop.wrong(
    "though all come to the view at the same moment",
    (NOTE, NOTE.replace("g.", "app.")),
    ("        pause()\n", "        customer = app.customer\n        pause()\n"),
    ("{g.customer}", "{customer}"),
)
create_shop.wrong("one `pause()` in each answer", ("        pause()\n", ""))
create_shop.wrong(
    "AttributeError: customer", (NOTE, f'if "X-Customer" in request.headers:\n            {NOTE}')
)
create_shop.wrong("KeyError: 'HTTP_X_CUSTOMER'", ('.get("X-Customer", "nobody")', '["X-Customer"]'))
create_shop.wrong(
    "for a request without the header, `basket of nobody`, saw `'basket of None'`", (', "nobody")', ")")
)

mended = Answers(6)
MEND = 'shop.write_text(shop.read_text().replace("/shop/", "/"))\n'
WAIT = "web.wait_until(lambda: web.workers and not old & {worker.pid for worker in web.workers})"
RENEW = f"web.signal(signal.SIGHUP)\n{WAIT}"
PREFIX = ', url_prefix="/shop"'


def changed(**files):
    """Return the changes that mend files otherwise: pairs of old and new, by the file's name."""
    lines = [
        f'text = (folder / "{name}.py").read_text()\n'
        + "".join(f"text = text.replace({old!r}, {new!r})\n" for old, new in pairs)
        + f'(folder / "{name}.py").write_text(text)\n'
        for name, pairs in files.items()
    ]
    return MEND, "".join(lines)


CART = ("/shop/", "/")
AGAIN = """web.stop()
web = lab.launch('gunicorn "with_shop:create_app()"', cwd=folder)"""
VIEW = 'app.add_url_rule("/shop/<page>", "page", lambda page: "ok")'
OWN = [("import labapp", "import flask"), ("labapp.create_app()", "flask.Flask(__name__)"), (PREFIX, "")]


def added(options):
    """Return the changes that register the shop a second time."""
    return changed(with_shop=[("    return", f"    app.register_blueprint(shop, {options})\n    return")])


mended.right(
    changed(with_shop=[(PREFIX, "")]),
    (WAIT, 'web.wait_until(lambda: web.get("/shop/till").status_code == 200)'),
)
mended.wrong("by the running server, saw answers at `/shop/shop/cart`, `/ping`", (RENEW, ""))
mended.wrong("another one: the server was started anew", (RENEW, AGAIN))
mended.wrong(
    "by the running server, saw answers at `/cart`, `/ping`", changed(shop=[CART], with_shop=[(PREFIX, "")])
)
mended.wrong("`/shop/till` answered, too", ('"/shop/", "/"', '"/shop/cart", "/cart"'))
mended.wrong("the shop at no other address", added('name="again", url_prefix=""'))
mended.wrong(
    "it exited with status 3; its log says `ValueError",
    added('url_prefix="/"'),
    (WAIT, "web.wait_until(running=False)"),
)
mended.wrong(
    "at `/shop/cart`, what its view says",
    changed(with_shop=[(f"app.register_blueprint(shop{PREFIX})", VIEW)]),
)
mended.wrong("`/ping` of the course's application", changed(with_shop=OWN))
mended.wrong(
    "no answer; its log says `SyntaxError", changed(shop=[CART, ("cart():", "cart()")]), (WAIT, "pass")
)
mended.wrong(
    "one that was started after the files were mended",
    (
        RENEW,
        """web.stop()\nweb = lab.launch('gunicorn "with_shop:create_app()"', cwd=folder)\nmaster = web.pid""",
    ),
)
