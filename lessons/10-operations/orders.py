"""Takes orders and adds them up; each version knows the column by one name, or by both."""

import os
import sqlite3

from flask import Flask

VERSION = os.environ["VERSION"]
READ = {"old": "price", "both": "coalesce(cents, price)", "new": "cents"}[VERSION]
WRITE = {"old": "price", "both": "price, cents", "new": "cents"}[VERSION]


def build():
    """Return the application."""
    app = Flask(__name__)

    @app.get("/")
    def hello():
        """Tell which version answers."""
        return VERSION

    @app.post("/order")
    def order():
        """Take an order of 5."""
        values = ", ".join("5" for _ in WRITE.split(", "))
        with database() as rows:
            rows.execute(f"insert into orders ({WRITE}) values ({values})")
        return "taken"

    @app.get("/total")
    def total():
        """Tell the sum of all orders."""
        with database() as rows:
            return str(rows.execute(f"select sum({READ}) from orders").fetchone()[0])

    return app


def database():
    """Return a connection, which commits at the end of a block."""
    return sqlite3.connect(os.environ["DATABASE"], timeout=5)
