"""A launch that went wrong, and what a reading of it says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """A launch that went wrong: what the server wrote, how it ended, what it listened on."""

    log: str
    status: int | None
    timeout: float | None = None
    listening: tuple[str, ...] = ()
    errno: int | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What went wrong, in one sentence, and in another what to try."""

    summary: str
    advice: str
