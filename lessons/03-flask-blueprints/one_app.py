"""A factory in name only: whoever calls it is handed the same application."""

from cafe import menu
from flask import Flask

app = Flask(__name__)


def create_app(dish="soup"):
    """Set the one application up, and return it."""
    app.config["DISH"] = dish
    app.register_blueprint(menu)
    print("set up", flush=True)
    return app
