"""What stands behind Nginx in these tests, run by this very Python: a user may not reach its scripts."""

import sys

from support.places import TESTS

PROGRAMS = TESTS / "integration" / "nginx" / "programs"
GUNICORN = f"{sys.executable} -m gunicorn"

PROXY = """
server {
    listen {{ listen }};
    location / { proxy_pass http://{{ web.address }}; }
}
"""
