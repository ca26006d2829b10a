"""An application that is ready so many seconds after its start (READY), and answers 503 until then."""

import os
import time

BEGAN = time.monotonic()
READY = float(os.environ.get("READY", "0"))


def app(environ, start_response):
    """Tell the version, after as many seconds as the query asks for."""
    ready = time.monotonic() - BEGAN >= READY
    time.sleep(float(environ["QUERY_STRING"] or 0))
    text = os.environ.get("VERSION", "1").encode() if ready else b"not ready"
    status = "200 OK" if ready else "503 Service Unavailable"
    start_response(status, [("Content-Type", "text/plain"), ("Content-Length", str(len(text)))])
    return [text]
