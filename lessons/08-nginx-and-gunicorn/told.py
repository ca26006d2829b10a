"""What the servers tell: a line of Nginx's log, and the requests of a server's timeline."""

import re
from collections import Counter


def said(nginx, pattern):
    """Return what the first line with this in it says, without its time, its process and a path."""
    line = nginx.log.wait_for(pattern)
    found = re.search(r"\[(\w+)\] \d+#\d+: (?:\*\d+ )?([^,]*)", line)
    return f"{found[1]}: " + re.sub(r"[^ ]*/[^ ]*/", "…/", found[2])


def arrived(server, since):
    """Count by path the requests that have reached the server since then."""
    requests = server.timeline.requests()
    return Counter(request.path for request in requests if request.begin > since)


def done(server, path, since):
    """Wait until the server has done with a request for this path, after `since`; return it."""

    def ended(now):
        return [one for one in now.requests() if one.path == path and one.end and one.end > since]

    return ended(server.timeline.wait_for(ended))[0]


def lines_about(path, access_log, gunicorn):
    """Return Nginx's line about the last request for a path, then the lines with its id."""
    gunicorn.log.wait_for(rf" Gunicorn: .* {path}$")

    def lines():
        return [line for line in access_log.read_text().splitlines() if line.endswith(f" {path}")]

    gunicorn.wait_until(lines)
    number = lines()[-1].split()[0]
    found = [lines()[-1], *(line for line in gunicorn.log.lines if line.startswith(number))]
    return [re.sub(r"([\d.]+ m?s\b)", r"≈ \1", line.replace(number, "ID")) for line in found]
