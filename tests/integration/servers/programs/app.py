"""A small application, and what may go wrong with one."""

import os
import time


def app(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        time.sleep(60)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]


def create_app(**config):
    return app


def create_other(name):
    return app


def create_nothing():
    return None


def create_broken():
    raise KeyError("SECRET_KEY")


number = 42
