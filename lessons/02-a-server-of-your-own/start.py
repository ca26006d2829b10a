"""What each server here does before it serves: read its command, load the application, listen."""

import argparse
import importlib
import socket
import sys


def command_line(description):
    """Return a parser for the command that all of them understand."""
    parser = argparse.ArgumentParser(description=description.partition("\n")[0])
    parser.add_argument("application", help="module:expression")
    parser.add_argument("--port", type=int, default=8000, help="0 asks the kernel for a free one")
    parser.add_argument("--patience", type=float, default=10, help="seconds that a client may be silent")
    return parser


def load(name):
    """Import the module before the colon and return what the expression after it yields."""
    module, _, expression = name.partition(":")
    sys.path.insert(0, "")  # where the command was typed
    return eval(expression, vars(importlib.import_module(module)))


def listen(port):
    """Return a socket that listens on loopback, and say where."""
    listener = socket.create_server(("127.0.0.1", port))
    print("listening on http://{}:{}".format(*listener.getsockname()), flush=True)
    return listener
