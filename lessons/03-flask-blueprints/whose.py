"""Whose request is it? One view keeps the visitor's name in the module, the other in `g`."""

import time

from flask import Flask, g, request

visitor = None


def create_app(pause=lambda: time.sleep(0.2)):
    """Return a new application; `pause` is what a view waits for, a database for instance."""
    app = Flask(__name__)

    @app.get("/module")
    def in_the_module():
        global visitor  # noqa: PLW0603 (the mistake that is shown)
        visitor = request.args["name"]
        pause()
        return visitor

    @app.get("/g")
    def in_g():
        g.visitor = request.args["name"]
        pause()
        return g.visitor

    return app
