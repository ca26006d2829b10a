"""A WSGI application that answers what it is asked for."""

import os
import threading
import time


def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/wait":
        time.sleep(0.05)
    if path == "/for-ever":
        time.sleep(60)
    if path == "/broken":
        raise KeyError("broken")
    served_by = ("X-Served-By", f"{os.getpid()} {threading.get_ident()}")
    start_response("404 Not Found" if path == "/nope" else "200 OK", [("Content-Length", "0"), served_by])
    return [b""]
