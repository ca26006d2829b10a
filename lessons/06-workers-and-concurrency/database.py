"""A database in small: it answers each question on the connection where it was asked, one at a time."""

import socketserver
from threading import Event, Thread

LENGTH = 16  # bytes, of each question and each answer


class _Connection(socketserver.BaseRequestHandler):
    def handle(self):
        """Answer `ann` with `ann's balance`, after 2 ms, until the client hangs up."""
        while question := self.request.recv(LENGTH):
            Event().wait(0.002)
            self.request.sendall((question.strip() + b"'s balance").ljust(LENGTH))


class Database(socketserver.ThreadingTCPServer):
    """It answers inside a `with` block, at `port`; `opened` counts the connections that were made to it."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Connection)
        self.port = self.server_address[1]
        self.opened = 0

    def process_request(self, request, client_address):
        """Count a connection, and give it a thread of its own."""
        self.opened += 1
        super().process_request(request, client_address)

    def __enter__(self):
        Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *exception):
        self.shutdown()
        self.server_close()
