"""A load as a picture and as text, and its progress while it runs."""

from labapp.views.load.picture import load_bundle
from labapp.views.load.progress import Progress

__all__ = ["Progress", "load_bundle"]
