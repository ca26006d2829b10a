"""The same application as `seen`, spoken to in FastCGI at a unix socket, and in HTTP to see that it is up."""

import sys

import pyuwsgi

pyuwsgi.run(
    [
        *("--http-socket", "127.0.0.1:0"),
        *("--fastcgi-socket", sys.argv[1]),
        *("--module", "seen:app"),
        *("--need-app", "--die-on-term"),
    ]
)
