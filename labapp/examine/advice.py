"""The command line that the figures lead to, and the sentences that say why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from labapp.examine import comparing
from labapp.examine.figures import Figures, Trial
from labapp.servers import Size

WEAK = 3000.0
"""Answers per second from which the generator may be what holds a figure back."""
_MANY = 16
_NEAR = 0.5  # The share of a timeout from which the slowest answer is near it.


@dataclass(frozen=True, slots=True)
class Advice:
    """The size that is advised, its command, and why."""

    size: Size
    command: str
    sentences: tuple[str, ...]


def advise(figures: Figures, written: Callable[[Size], str], sized: bool, name: str) -> Advice:
    """Return what follows from the figures; `sized` tells whether the server's options of size are known."""
    found = comparing.sure(figures.trials, loud=figures.loud)
    chosen = found.size if found else figures.size
    sentences = [
        *_on_size(figures, found, sized, name),
        *_on_redirects(figures),
        *_on_rates(figures, chosen),
        *_on_neighbours(figures),
    ]
    return Advice(chosen, written(chosen), tuple(sentences))


def _on_size(figures: Figures, found: Trial | None, sized: bool, name: str) -> Iterator[str]:
    fit = comparing.fit(figures.trials)
    if not sized:
        yield f"The lab knows no options of {name} for workers or threads: the command was measured as it is."
        return
    if found is None or not fit:
        yield "No size could be compared: no path is quick enough to be asked often within this time."
        return
    given = fit[0]
    if len(fit) == 1:
        yield "No other size was measured, so there is no advice on it: this is the command as given."
    elif found.size == given.size and (other := comparing.best(fit)) not in (None, given):
        yield from _doubt(figures, given, other)
    elif found.size == given.size:
        yield f"The command as given does as well as any of the {len(fit)} sizes that were measured."
    elif found.rate < given.rate / comparing.ALIKE:
        yield (
            f"{found.size} did about as well as {given.size}: ≈ {found.rate:,.0f} answers per second, and"
            f" ≈ {given.rate:,.0f}, {_memory(found, given)}."
        )
    else:
        yield (
            f"{found.size}: ≈ {found.rate / given.rate:.1f} times the answers per second of the command as"
            f" given, {_memory(found, given)}."
        )
    if found.size.slots > _MANY:
        yield (
            f"It can have {found.size.slots} requests in hand: whatever they share, such as the connections"
            " that a database allows, must be enough for that."
        )
    if max(one.rate for one in fit) > WEAK:
        yield (
            f"Above {WEAK:,.0f} answers per second the load itself takes much of this machine: the server may"
            " be able to do more."
        )


def _doubt(figures: Figures, given: Trial, other: Trial) -> Iterator[str]:
    busy = ", for this machine was busy with other things" if figures.loud else ""
    yield (
        f"No size was clearly better than the command as given{busy}: it had {_range(given)}, and"
        f" {other.size} {_range(other)}."
    )


def _range(trial: Trial) -> str:
    rates = trial.rates
    if len(rates) == 1:
        return f"≈ {trial.rate:,.0f} answers per second, measured once"
    return f"≈ {rates[0]:,.0f} to {rates[-1]:,.0f} answers per second, measured {len(rates)} times"


def _memory(found: Trial, given: Trial) -> str:
    needs, needed = mb(found.whole_memory), mb(given.whole_memory)
    return (
        f"in as much memory, ≈ {needs}" if needs == needed else f"in ≈ {needs} of memory instead of {needed}"
    )


def _on_neighbours(figures: Figures) -> Iterator[str]:
    if figures.loud:
        yield (
            f"Other things kept ≈ {figures.neighbours:.1f} processors of this machine busy meanwhile: left"
            " alone, the server can do more, and what compares two sizes may be off."
        )


def _on_redirects(figures: Figures) -> Iterator[str]:
    usable = [probe for probe in figures.probes.values() if probe.usable]
    if usable and all(probe.status >= 300 for probe in usable):
        yield "Only redirects were measured: name the paths to which they lead."


def _on_rates(figures: Figures, chosen: Size) -> Iterator[str]:
    knees = figures.advised or figures.knees
    found = {
        path: steps.knee.rate  # One that lies beyond the highest rate is not known.
        for path, steps in knees.items()
        if steps.knee is not None and steps.knee is not steps.steps[-1]
    }
    if found:
        whose = "" if figures.advised or chosen == figures.size else " of the command as given"
        shares = ", ".join(
            f"{path} {per_second(rate * 0.6)} to {per_second(rate * 0.7)}" for path, rate in found.items()
        )
        yield f"Plan for 60 to 70 % of the knee{whose}, per second and for one path alone: {shares}."
        if whose:
            yield "The knee of the advised command was not measured: there was no time for it."


def on_timeouts(figures: Figures, size: Size) -> list[str]:
    """Say how the slowest answer lies to each limit."""
    slowest = max((figures.slowest or (0.0, ""), *_alone(figures)))
    if not figures.timeouts:
        return [f"The lab knows of no limits of this server. The slowest answer took ≈ {s(slowest[0])}."]
    limits = ", ".join(f"{name} {value:g} s" for name, value in figures.timeouts.items())
    said = [f"{limits}. The slowest answer where it kept up took ≈ {s(slowest[0])} ({slowest[1]})."]
    given_up = [one for one in figures.probes.values() if not one.usable and one.waited]
    said += [f"{one.path} takes more than the {s(one.seconds)} that there were for it." for one in given_up]
    limit = figures.timeouts.get("--timeout", 0.0)
    if (size.threads or 1) > 1:
        said.append("With threads, --timeout watches the worker and not each request: nothing limits one.")
    elif limit == 0:
        said.append("--timeout 0 lets a worker hang for ever.")
    elif slowest[0] >= _NEAR * limit:
        said.append(
            f"That is near --timeout {limit:g}, at which a worker is killed in mid-request: raise it."
        )
    else:
        said.append(f"A worker that hangs is killed after {limit:g} s, and till then answers nobody.")
    graceful = figures.timeouts.get("--graceful-timeout", 0.0)
    if slowest[0] >= _NEAR * graceful:
        said.append(f"A reload lets requests finish for {graceful:g} s only: raise --graceful-timeout.")
    return said


def _alone(figures: Figures) -> Iterator[tuple[float, str]]:
    return ((one.seconds, one.path) for one in figures.probes.values() if one.usable)


def per_second(rate: float) -> str:
    """Write a rate: `0.2`, `36.5`, `1,320`."""
    return f"{rate:.3g}" if rate < 100 else f"{rate:,.0f}"


def mb(memory: float) -> str:
    """Write an amount of memory."""
    return f"{memory / 1e6:,.0f} MB"


def s(seconds: float) -> str:
    """Write a time: `26 ms`, `1.4 s`."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"
