"""The same callable for a server that knows ASGI alone: an adapter calls it in a thread."""

from a2wsgi import WSGIMiddleware
from shop import app as shop

app = WSGIMiddleware(shop)
