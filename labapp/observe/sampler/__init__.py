"""The side process that watches a server, and what it says."""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.observe.sampler.protocol import ProcessRow, decode_process
    from labapp.observe.sampler.sampler import main

__all__ = [
    "ProcessRow",
    "decode_process",
    "main",
]

__getattr__ = door(
    __name__,
    protocol="ProcessRow decode_process",
    sampler="main",
)
