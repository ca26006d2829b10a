"""What is wrong with a command, for many kinds of server: as it is written, or as the server says of it."""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.servers.kinds.complaints.mistaken import misnamed, misunderstanding
    from labapp.servers.kinds.complaints.refused import (
        address_instead,
        no_directory,
        read,
        taken,
        unknown_option,
    )

__all__ = [
    "address_instead",
    "misnamed",
    "misunderstanding",
    "no_directory",
    "read",
    "taken",
    "unknown_option",
]

__getattr__ = door(
    __name__,
    mistaken="misnamed misunderstanding",
    refused="address_instead no_directory read taken unknown_option",
)
