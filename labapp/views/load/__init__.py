"""A load, or one in steps, as a picture and as text, and its progress while it runs."""

from labapp.views.load.picture import load_bundle
from labapp.views.load.progress import Progress, listening, notebook_output, shown_here
from labapp.views.load.steps import steps_bundle

__all__ = ["Progress", "listening", "load_bundle", "notebook_output", "shown_here", "steps_bundle"]
