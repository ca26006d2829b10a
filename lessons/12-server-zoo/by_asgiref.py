"""The same callable by another adapter, which Daphne brings along."""

from asgiref.wsgi import WsgiToAsgi
from shop import app as shop

app = WsgiToAsgi(shop)
