"""A server of names that knows one name: as much of DNS as tells an address (RFC 1035)."""

import socket
import struct
import threading

ANSWER, RECURSION = 0x8000, 0x0180
ADDRESS, INTERNET, HOUR = 1, 1, 3600


class Names:
    """Answers every question with `address`, and counts the questions in `asked`."""

    def __init__(self, address):
        self.address, self.asked = address, 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.place = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self):
        while (received := self._socket.recvfrom(512)) and received[0]:
            question, client = received
            self.asked += 1
            self._socket.sendto(self._answer(question), client)

    def _answer(self, question):
        name = question[12 : question.index(b"\0", 12) + 5]  # The name, its type and its class.
        head = question[:2] + struct.pack("!5H", ANSWER | RECURSION, 1, 1, 0, 0)
        same_name = b"\xc0\x0c"
        record = struct.pack("!HHIH", ADDRESS, INTERNET, HOUR, 4) + socket.inet_aton(self.address)
        return head + name + same_name + record

    def close(self):
        """Answer nobody any more."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()
