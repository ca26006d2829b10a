"""A process tree as a picture and as text: laid out once, painted here or in the browser."""

from labapp.views.tree.boxes import HEADS, Box, of_process, shorten
from labapp.views.tree.families import find_families
from labapp.views.tree.layout import HALF, NARROW, lay_out
from labapp.views.tree.static import command_line, plain_text, server_bundle, terminal_text, tree_bundle
from labapp.views.tree.values import as_values

__all__ = [
    "HALF",
    "HEADS",
    "NARROW",
    "Box",
    "as_values",
    "command_line",
    "find_families",
    "lay_out",
    "of_process",
    "plain_text",
    "server_bundle",
    "shorten",
    "terminal_text",
    "tree_bundle",
]
