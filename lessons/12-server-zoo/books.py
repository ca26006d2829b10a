"""A Django project of one file: settings, views, paths, and the command line of its `manage.py`."""

import os
import sys

from django.conf import settings
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, JsonResponse
from django.urls import path

settings.configured or settings.configure(
    DEBUG=True,
    SECRET_KEY="of a course, and of nothing else",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="books",
    WSGI_APPLICATION="books.app",
)


def ping(request):  # noqa: ARG001
    """Answer at once."""
    return HttpResponse("pong", content_type="text/plain")


def whoami(request):  # noqa: ARG001
    """Tell who answered."""
    return JsonResponse({"framework": "Django", "pid": os.getpid()})


urlpatterns = [path("", ping), path("ping", ping), path("whoami", whoami)]
sys.modules.setdefault("books", sys.modules[__name__])  # run as a program, it has another name
app = get_wsgi_application()

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
