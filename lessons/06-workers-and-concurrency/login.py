"""Knows a visitor again, by a cookie that Flask signs with a secret key."""

import os
import secrets

from flask import Flask, session

app = Flask(__name__)
app.secret_key = os.environ.get("SECRET_KEY") or secrets.token_bytes(32)


@app.get("/login/<name>")
def login(name):
    """Put the visitor's name into the cookie."""
    session["name"] = name
    return {"pid": os.getpid()}


@app.get("/")
def greet():
    """Tell who the cookie says is there."""
    return {"pid": os.getpid(), "visitor": session.get("name", "a stranger")}
