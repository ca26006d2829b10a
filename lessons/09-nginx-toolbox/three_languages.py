"""The course's application in one process that is spoken to in HTTP, in FastCGI and in uwsgi."""

import sys

import pyuwsgi

pyuwsgi.run(
    [
        *("--http-socket", "127.0.0.1:0"),
        *("--fastcgi-socket", sys.argv[1]),
        *("--socket", sys.argv[2]),
        *("--pythonpath", sys.path[0]),
        *("--module", "toolbox:build()"),
        *("--need-app", "--die-on-term"),
    ]
)
