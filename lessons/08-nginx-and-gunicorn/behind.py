"""The course's application and a few routes more, for a place behind a proxy."""

import logging

from flask import has_request_context, redirect, request, url_for
from flask.logging import default_handler
from werkzeug.middleware.proxy_fix import ProxyFix

from labapp import create_app


def build(proxies=0, prefixes=0):
    """Return the application; it believes so many proxies about the client, and about a prefix."""
    app = create_app()
    write_ids(app)

    @app.get("/download")
    def download():
        """Send 20 MB."""
        return b"x" * 20_000_000

    @app.get("/seen")
    def seen():
        """Tell who is asking, as far as the application knows."""
        return {
            "client": request.remote_addr,
            "scheme": request.scheme,
            "host": request.host,
            "forwarded for": request.headers.get("X-Forwarded-For"),
            "a link to itself": url_for("seen", _external=True),
        }

    @app.get("/old")
    def old():
        """Redirect to /ping, by its name."""
        return redirect(url_for("hello.ping"))

    @app.get("/basket")
    def basket():
        """Set a cookie of so many ?bytes=."""
        return "a basket", {"Set-Cookie": "basket=" + "x" * int(request.args["bytes"])}

    @app.get("/order")
    def order():
        """Write a line into the application's own log."""
        app.logger.info("an order was placed")
        return {"order": "placed"}

    return believing(app, proxies, prefixes)


def believing(app, proxies, prefixes):
    """Let the application believe what the last so many proxies say."""
    counts = {"x_for": proxies, "x_proto": proxies, "x_host": 0, "x_prefix": prefixes}
    app.wsgi_app = ProxyFix(app.wsgi_app, **counts)
    return app


def with_id(record):
    """Give a line of the log the id that Nginx has given to the request."""
    record.id = request.headers.get("X-Request-ID", "-") if has_request_context() else "-"
    return True


def write_ids(app):
    """Begin each line of the application's log with the request's id."""
    default_handler.addFilter(with_id)
    default_handler.setFormatter(logging.Formatter("%(id)s application: %(message)s"))
    app.logger.setLevel(logging.INFO)
