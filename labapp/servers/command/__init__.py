"""A command line as a person types it, and the program and environment it stands for."""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.servers.command.activation import ACTIVATOR, handed, handing_on, with_words
    from labapp.servers.command.options import has_option, option_values
    from labapp.servers.command.parsed import Command
    from labapp.servers.command.parsing import parse
    from labapp.servers.command.programs import amiss, own_directories
    from labapp.servers.command.quoting import call, shown_folder, split
    from labapp.servers.command.sizing import Size, Sizing

__all__ = [
    "ACTIVATOR",
    "Command",
    "Size",
    "Sizing",
    "amiss",
    "call",
    "handed",
    "handing_on",
    "has_option",
    "option_values",
    "own_directories",
    "parse",
    "shown_folder",
    "split",
    "with_words",
]

__getattr__ = door(
    __name__,
    activation="ACTIVATOR handed handing_on with_words",
    options="has_option option_values",
    parsed="Command",
    parsing="parse",
    programs="amiss own_directories",
    quoting="call shown_folder split",
    sizing="Size Sizing",
)
