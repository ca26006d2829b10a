"""What a notebook shows: pictures with a text beside them, and the live view of a server."""

from labapp.views.display import install_displays
from labapp.views.forgotten import remember_names
from labapp.views.theme import LIGHT, MONO, SANS, follow, style_sheet

__all__ = ["LIGHT", "MONO", "SANS", "follow", "install_displays", "remember_names", "style_sheet"]
