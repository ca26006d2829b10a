"""One response, read as it arrives: whether it is HTTP, whether it is whole."""

from __future__ import annotations

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser


class Answer:
    """What a connection has received in reply to one request.

    httptools calls the methods whose names begin with `on_`.
    """

    def __init__(self, *, to_head: bool) -> None:
        self._to_head = to_head
        self.expect()

    def expect(self) -> None:
        """Forget what was received: another request goes out."""
        # The parser holds this object's methods; here, replacing it also breaks that circle.
        self._parser = HttpResponseParser(self)
        self.status = 0
        self.bytes = 0
        self.begun = self.complete = self.malformed = False
        self.reusable = False
        self._measured = False

    def feed(self, data: bytes) -> None:
        """Take in what has arrived."""
        self.begun = True
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            self.complete, self.reusable = True, False
        except HttpParserError:
            # What follows a whole response is no longer part of it.
            self.malformed, self.reusable = not self.complete, False

    def end(self) -> None:
        """Take in that nothing more will come: without a measure, the end is where the connection ends."""
        if self.status >= 200 and not self._measured:
            self.complete = True

    def on_header(self, name: bytes, _value: bytes) -> None:
        """Note whether the body says how long it is."""
        if name.lower() in (b"content-length", b"transfer-encoding"):
            self._measured = True

    def on_headers_complete(self) -> None:
        """Note the status; the answer to HEAD ends here, whatever length it names."""
        self.status = self._parser.get_status_code()
        if self._to_head and self.status >= 200:
            self.complete = True

    def on_body(self, data: bytes) -> None:
        """Count the body."""
        self.bytes += len(data)

    def on_message_complete(self) -> None:
        """Note that the answer is whole, unless it was an interim one (`100 Continue`)."""
        if self.status >= 200 or self.status == 101:
            self.complete = True
            self.reusable = self._parser.should_keep_alive()
        else:
            self.status, self._measured = 0, False
