"""The course's application and four routes more, for a place behind a cache."""

from flask import request

from labapp import create_app

ARTICLE = "A long article, which says the same thing again and again. " * 500


def build():
    """Return the application."""
    app = create_app()
    written = {"editions": 0}

    @app.get("/news")
    def news():
        """Write another edition."""
        written["editions"] += 1
        return f"edition {written['editions']}"

    @app.get("/account")
    def account():
        """Greet whoever the cookie names; nobody else is to see it."""
        name = request.cookies.get("name", "stranger")
        return f"account of {name}", {"Cache-Control": "private"}

    @app.get("/article")
    def article():
        """Send some text, as a page or, with ?json=1, as data."""
        return {"text": ARTICLE} if "json" in request.args else ARTICLE

    @app.get("/protocol")
    def protocol():
        """Tell in which HTTP the application was asked."""
        return request.environ["SERVER_PROTOCOL"]

    return app
