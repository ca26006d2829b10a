"""Requests on an axis of time, as a picture and as text: a server's timeline, and measured spans."""

from labapp.views.timeline.picture import timeline_bundle
from labapp.views.timeline.spans import Span, Spans

__all__ = ["Span", "Spans", "timeline_bundle"]
