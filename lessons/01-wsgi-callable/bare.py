"""An application with one mistake: its body is not an iterable of bytes, but bytes."""


def bare_body(environ, start_response):  # noqa: ARG001
    """Answer every request with a word, and without brackets around it."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return b"done"
