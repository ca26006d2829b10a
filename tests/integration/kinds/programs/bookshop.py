"""A Django application of one file: its settings, its views, its paths, and the command line of manage.py."""

import os
import sys
import time

from django.conf import settings
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from labapp.observe.telling import told

if not settings.configured:
    settings.configure(
        DEBUG=True,
        SECRET_KEY="of a course, and of nothing else",
        ALLOWED_HOSTS=["127.0.0.1", "localhost"],
        ROOT_URLCONF="bookshop",
        WSGI_APPLICATION="bookshop.application",
    )


def ping(request: HttpRequest) -> HttpResponse:
    """Answer at once."""
    return HttpResponse("pong", content_type="text/plain")


def wait(request: HttpRequest) -> JsonResponse:
    """Hold the answer for ?seconds=1, using no processor."""
    time.sleep(min(float(request.GET.get("seconds", "1")), 30.0))
    return JsonResponse({"pid": os.getpid()})


urlpatterns = [path("", ping), path("ping", ping), path("wait", wait)]
sys.modules.setdefault(
    "bookshop", sys.modules[__name__]
)  # Run as a program, it is imported by its name, too.
application = told(get_wsgi_application())

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
