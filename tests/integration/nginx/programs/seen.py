"""A WSGI application that answers what it saw of a request."""

import json
import os
import time
from urllib.parse import parse_qs

KEPT = ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "SERVER_PROTOCOL", "REMOTE_ADDR", "wsgi.url_scheme")
count = 0


def app(environ, start_response):
    global count  # noqa: PLW0603 (how often this process ran is what the tests of caches look at)
    count += 1
    asked = parse_qs(environ.get("QUERY_STRING", ""))
    length = 0
    while chunk := environ["wsgi.input"].read(65536):
        length += len(chunk)
    time.sleep(float(asked.get("seconds", ["0"])[0]))
    seen = {name: str(value) for name, value in environ.items() if name in KEPT or name.startswith("HTTP_")}
    seen |= {"pid": os.getpid(), "count": count, "length": length}
    headers = [("Content-Type", "application/json")]
    if "cookie" in asked:
        headers.append(("Set-Cookie", "a=b"))
    start_response(f"{asked.get('status', ['200'])[0]} As asked", headers)
    return [json.dumps(seen).encode()]
