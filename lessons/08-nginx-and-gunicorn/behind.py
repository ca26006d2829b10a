"""The course's application and three routes more, for a place behind a proxy."""

from flask import redirect, request, url_for
from werkzeug.middleware.proxy_fix import ProxyFix

from labapp import create_app


def build(proxies=0, prefixes=0):
    """Return the application; it believes so many proxies about the client, and about a prefix."""
    app = create_app()

    @app.get("/download")
    def download():
        """Send 10 MB."""
        return b"x" * 10_000_000

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

    return believing(app, proxies, prefixes)


def believing(app, proxies, prefixes):
    """Let the application believe what the last so many proxies say."""
    counts = {"x_for": proxies, "x_proto": proxies, "x_host": 0, "x_prefix": prefixes}
    app.wsgi_app = ProxyFix(app.wsgi_app, **counts)
    return app
