"""A WSGI application as an ASGI one."""

from a2wsgi import WSGIMiddleware

from labapp.web.callables import nap

app = WSGIMiddleware(nap, workers=10)
