"""A café: one blueprint, and a factory that makes as many independent applications as are asked for."""

from flask import Blueprint, Flask, abort, current_app, request

menu = Blueprint("menu", __name__)

DISHES = ("soup", "pie", "cake")


@menu.get("/today")
def today():
    """Tell the dish of the day."""
    return current_app.config["DISH"]


@menu.get("/dishes/<int:number>")
def dish(number):
    """Tell one dish, counted from 1."""
    if not 1 <= number <= len(DISHES):
        abort(404)
    return DISHES[number - 1]


@menu.get("/bill")
def bill():
    """Share a bill of 60 among ?people=3."""
    people = int(request.args["people"])
    return f"{60 / people:g} each"


@menu.errorhandler(404)
def no_such_dish(_error):
    """Answer for the blueprint."""
    return "the menu: no such dish", 404


def create_app(**config):
    """Return a new application."""
    app = Flask(__name__)
    app.config.from_mapping({"DISH": "soup", **config})
    app.register_blueprint(menu, url_prefix="/menu")
    app.register_error_handler(404, no_such_page)
    app.register_error_handler(500, out_of_order)
    return app


def no_such_page(_error):
    """Answer for the application."""
    return "the café: no such page", 404


def out_of_order(_error):
    """Answer for a view that has failed."""
    return "the café: out of order", 500
