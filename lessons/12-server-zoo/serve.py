"""The standard library's server, in a file, since it has no command: `python serve.py`."""

from wsgiref.simple_server import make_server

from shop import app

with make_server("127.0.0.1", 0, app) as server:
    server.serve_forever()
