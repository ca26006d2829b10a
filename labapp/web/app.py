"""The application factory."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException

from labapp.observe.telling import told
from labapp.web.errors import explain
from labapp.web.hello import hello
from labapp.web.served import served
from labapp.web.who import who
from labapp.web.work import work


def build(**config: Any) -> Flask:
    """Return a new application, independent of every other; ValueError for a setting Flask would ignore."""
    for name in config:
        if not name.isupper():
            raise ValueError(f"{name}: Flask reads only upper-case settings; write {name.upper()}")
    app = Flask(__name__)
    app.config.from_mapping(config)
    app.before_request(served.add)
    for blueprint in (who, hello, work):
        app.register_blueprint(blueprint)
    app.register_error_handler(HTTPException, explain)
    # Around what Flask hands to a server, so that `app` itself stays what Flask's tools expect; where nobody
    # listens not at all, so that it stays what Flask has made.
    plain = app.wsgi_app
    if (telling := told(plain)) is not plain:
        app.wsgi_app = telling  # type: ignore[method-assign]
    return app
