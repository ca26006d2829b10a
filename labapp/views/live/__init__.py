"""The live view of a server: the widget, its state, its history; its JavaScript and style are in `front`."""

from labapp.views.live.about import describe
from labapp.views.live.clients import Client
from labapp.views.live.kernel_threads import hurry_until
from labapp.views.live.live_state import LiveState
from labapp.views.live.placed import Placed
from labapp.views.live.repaint_throttle import RepaintThrottle
from labapp.views.live.script import bundle
from labapp.views.live.sent_signals import Sent, SentSignals, signal_labelled
from labapp.views.live.view import LiveView, watch

__all__ = [
    "Client",
    "LiveState",
    "LiveView",
    "Placed",
    "RepaintThrottle",
    "Sent",
    "SentSignals",
    "bundle",
    "describe",
    "hurry_until",
    "signal_labelled",
    "watch",
]
