"""How many workers and threads a command asks for, and the same command with other numbers of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True, order=True)
class Size:
    """So many workers, each with so many threads; None where a server has none that could be numbered."""

    workers: int | None = None
    threads: int | None = None

    @property
    def slots(self) -> int:
        """How many requests it can have in hand, as far as its workers and threads tell."""
        return (self.workers or 1) * (self.threads or 1)

    def __str__(self) -> str:
        workers = self.workers and f"{self.workers} worker{'s' * (self.workers > 1)}"
        threads = self.threads and f"{self.threads} thread{'s' * (self.threads > 1)}"
        if workers and threads:
            return f"{workers}, {threads}{' each' if self.workers != 1 else ''}"
        return workers or threads or "as it is"


@dataclass(frozen=True, slots=True)
class Sizing:
    """The options by which a kind of server is given its workers and threads; none where it has no such."""

    workers: tuple[str, ...] = ()
    threads: tuple[str, ...] = ()
    alone: Size = field(default_factory=Size)
    """The size of a command that names none."""
    before: bool = False
    """Whether options must stand before the application."""
    threaded: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """What else a command with more than one thread is given: options by their value."""

    def __bool__(self) -> bool:
        return bool(self.workers or self.threads)

    def words(self, argv: Sequence[str], size: Size, start: int) -> list[str]:
        """Return a command's words, with this size; `start` is where its own options begin."""
        found = list(argv)
        for names, number in ((self.workers, size.workers), (self.threads, size.threads)):
            if names and number is not None:
                found = with_option(found, names, str(number), start, before=self.before)
        for value, names in self.threaded.items() if (size.threads or 1) > 1 else ():
            found = with_option(found, names, value, start, before=self.before)
        return found


def with_option(
    argv: Sequence[str], names: Sequence[str], value: str, start: int, *, before: bool = False
) -> list[str]:
    """Return words in which an option has a value: where it is given, else at the end, or where they begin.

    Of several the last one counts, so the others go.
    """
    kept, found = list(argv[:start]), -1
    words = iter(argv[start:])
    for word in words:
        name = next((name for name in names if _gives(word, name)), "")
        if not name:
            kept.append(word)
            continue
        if word == name:
            next(words, "")
        if found < 0:
            found = len(kept)
            kept += [name, value]
    if found >= 0:
        return kept
    return [*kept[:start], names[0], value, *kept[start:]] if before else [*kept, names[0], value]


def _gives(word: str, name: str) -> bool:
    """Whether a word gives an option: `--workers`, `--workers=2`, `-w2`."""
    return word == name or word.startswith(f"{name}=" if name.startswith("--") else name)
