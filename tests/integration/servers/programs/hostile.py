"""A server that leaves its parent, its session, its output and its environment behind, and ignores TERM."""

import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Pong(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()


def detach():
    if os.fork():
        os._exit(0)
    os.setsid()
    if os.fork():
        os._exit(0)
    quiet = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(quiet, descriptor)
    os.execve(sys.executable, [sys.executable, __file__, "serve"], {})


def serve():
    for ignored in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(ignored, signal.SIG_IGN)
    server = HTTPServer(("127.0.0.1", 0), Pong)
    os.fork()
    server.serve_forever()


serve() if sys.argv[1:] else detach()
