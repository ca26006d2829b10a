"""Who are you? The name is kept in Flask's session, and the session in a signed cookie."""

import os
import secrets

from flask import Flask, session

KEY = secrets.token_hex()  # drawn once, when this module is imported


def create_app():
    """Return a new application; it signs with the key that it is given, or else with the one drawn above."""
    app = Flask(__name__)
    app.config["SECRET_KEY"] = os.environ.get("CAFE_KEY", KEY)

    @app.get("/login/<name>")
    def login(name):
        session["name"] = name
        return {"pid": os.getpid()}

    @app.get("/me")
    def me():
        return {"pid": os.getpid(), "name": session.get("name", "a stranger")}

    return app
