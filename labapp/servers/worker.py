"""A worker, as a notebook holds it in its hand."""

from dataclasses import dataclass, fields
from typing import Self

from labapp.observe.kernel.process import Process
from labapp.servers import signals


@dataclass(frozen=True, slots=True, repr=False)
class Worker(Process):
    """A worker process at one moment, which takes signals."""

    def __repr__(self) -> str:
        return f"<{self.name}, pid {self.pid}>"

    @classmethod
    def of(cls, process: Process) -> Self:
        """Return the same process as a worker."""
        return cls(**{field.name: getattr(process, field.name) for field in fields(process)})

    def signal(self, which: signals.Which) -> None:
        """Send it a signal; `ValueError` lists the names, `ProcessLookupError` says that it has ended."""
        signals.send(self.pid, self.started, which)
