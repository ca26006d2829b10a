"""The live view of a server: the widget, its state, its history; its JavaScript and style are in `front`."""

from labapp.views.live.view import LiveView, watch

__all__ = ["LiveView", "watch"]
