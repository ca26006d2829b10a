"""The application of this lesson: one WSGI callable, which every server here gets unchanged."""

from labapp import create_app

app = create_app()
