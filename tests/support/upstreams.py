"""What stands behind Nginx in these tests."""

from support.places import TESTS

PROGRAMS = TESTS / "integration" / "nginx" / "programs"

PROXY = """
server {
    listen {{ listen }};
    location / { proxy_pass http://{{ web.address }}; }
}
"""
