"""A file that serves by wsgiref, as one writes it: `python serve.py MODULE:NAME PORT HOST`."""

import sys
from importlib import import_module
from wsgiref.simple_server import make_server

words = [*sys.argv[1:], *("labapp.web.callables:nap", "0", "127.0.0.1")[len(sys.argv) - 1 :]]
module, _, name = words[0].partition(":")
with make_server(words[2], int(words[1]), getattr(import_module(module), name)) as server:
    server.serve_forever()
