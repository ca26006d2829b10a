"""The side process that watches a server, and what it says."""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.observe.sampler.protocol import ProcessDecoder
    from labapp.observe.sampler.sampler import main

__all__ = ["ProcessDecoder", "main"]

__getattr__ = door(__name__, protocol="ProcessDecoder", sampler="main")
