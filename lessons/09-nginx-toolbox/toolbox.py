"""The course's application and a few routes more, for a place behind a cache."""

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

    @app.get("/with")
    def with_header():
        """Answer with the header that the query names: /with?Cache-Control=private."""
        return "the same for all", dict(request.args)

    @app.get("/account")
    def account():
        """Greet whoever the cookie names; nobody else is to see it."""
        name = request.cookies.get("name", "stranger")
        return f"account of {name}", {"Cache-Control": "private"}

    @app.get("/site")
    def site():
        """Tell whose site this is, and who is logged in."""
        return f"site of {request.host}, {request.headers.get('Authorization', 'nobody')} is logged in"

    @app.get("/article")
    def article():
        """Send some text, as a page or, with ?json=1, as data."""
        return {"text": ARTICLE} if "json" in request.args else ARTICLE

    @app.get("/protocol")
    def protocol():
        """Tell in which HTTP the application was asked."""
        return request.environ["SERVER_PROTOCOL"]

    return app
