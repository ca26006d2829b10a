"""What Nginx refuses: the cause behind its words, what to try, and where in the learner's text."""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.servers.kinds.nginx.refusals.failures import (
        diagnosis,
        exposed,
        given_up,
        listens_nowhere,
        refused,
        taken,
    )

__all__ = ["diagnosis", "exposed", "given_up", "listens_nowhere", "refused", "taken"]

__getattr__ = door(
    __name__,
    failures="diagnosis exposed given_up listens_nowhere refused taken",
)
