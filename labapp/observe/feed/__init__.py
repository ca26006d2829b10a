"""What happens to one server, as named messages to whoever subscribes: from the sampler to the notebook."""

from labapp.observe.feed.feed import Feed
from labapp.observe.feed.messages import (
    Callback,
    Exited,
    FeedEnded,
    FeedMessage,
    LogLines,
    ServerEvents,
    TreeChanged,
)

__all__ = [
    "Callback",
    "Exited",
    "Feed",
    "FeedEnded",
    "FeedMessage",
    "LogLines",
    "ServerEvents",
    "TreeChanged",
]
