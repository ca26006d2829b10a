"""What Apache is to serve."""

from labapp.web.callables import nap

application = nap
