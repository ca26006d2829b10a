"""The report in words: a heading for each thing that was measured, and lines below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from labapp.examine.advice import Advice, mb, on_timeouts, per_second, s
from labapp.examine.comparing import ALIKE
from labapp.examine.figures import Figures, Probe, Trial
from labapp.examine.refusals import verdict
from labapp.load import ERRORS, Steps


class Section(NamedTuple):
    """A heading and its lines."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """Figures, what follows from them, and both in words."""

    figures: Figures
    advice: Advice
    sections: tuple[Section, ...]
    circumstances: str

    def lines(self, heading: str) -> tuple[str, ...]:
        """Return what stands below a heading; nothing if it is not there."""
        return next((one.lines for one in self.sections if one.heading == heading), ())

    def __str__(self) -> str:
        lines = [self.figures.command, f"  {self.circumstances}"]
        for heading, said in self.sections:
            lines += [f"{heading if not number else '':12}  {line}" for number, line in enumerate(said)]
        return "\n".join(lines)


def say(figures: Figures, advice: Advice, *, reloads: bool, name: str) -> Said:
    """Put all of it into words, the advice first."""
    found = [
        Section("advice", (advice.command, *advice.sentences)),
        Section("paths", tuple(map(_path, figures.probes.values()))),
        Section("knees", tuple(_knees(figures))),
        Section("sizes", tuple(_trials(figures, advice))),
        Section("memory", tuple(_memory(figures))),
        Section("reload", tuple(_reload(figures, reloads=reloads, name=name))),
        Section("errors", tuple(_errors(figures))),
        Section("timeouts", tuple(on_timeouts(figures, advice.size))),
        Section("not measured", tuple(figures.notes)),
    ]
    return Said(figures, advice, tuple(one for one in found if one.lines), _circumstances(figures))


def _circumstances(figures: Figures) -> str:
    """Say where and for how long it was examined."""
    cut = f"; {figures.cut}: this is what there is" if figures.cut else ""
    return (
        f"examined for ≈ {figures.seconds:.0f} s on {figures.machine}, ≈ {figures.requests:,} requests{cut}"
    )


def _path(probe: Probe) -> str:
    if not probe.usable:
        return f"{verdict(probe)}: it was not loaded"
    said = f"{probe.path} answers {probe.status}, ≈ {s(probe.seconds)} by itself"
    if 300 <= probe.status < 400:
        return f"{said}; it leads to {probe.location or 'nowhere'}, and the redirect is what was measured"
    return said


def _knees(figures: Figures) -> Iterator[str]:
    if not figures.knees:
        yield "none was measured"
    for path, steps in figures.knees.items():
        yield f"{path}, as given: {_knee(steps)}"
        if path in figures.advised:
            yield f"{path}, as advised: {_knee(figures.advised[path])}"


def _knee(steps: Steps) -> str:
    knee = steps.knee
    return steps.outcome if knee is None else f"{steps.outcome}; 99 % within ≈ {s(knee.p99)} there"


def _trials(figures: Figures, advice: Advice) -> Iterator[str]:
    wide = max((len(str(one.size)) for one in figures.trials), default=0)
    for number, one in enumerate(figures.trials):
        if not one.failure and not one.rate:
            continue
        yield f"{one.size!s:{wide}}  {figures_of(one)}{mark(one, number, advice)}{_spread(one)}"


def figures_of(trial: Trial) -> str:
    """Say what came of a trial."""
    if trial.failure:
        return f"did not start: {trial.failure}"
    return f"≈ {trial.rate:6,.0f} answers/s  ≈ {mb(trial.whole_memory):>6}"


def _spread(trial: Trial) -> str:
    """Say how far a size's rates lie apart, where that is much."""
    least, times = trial.rates[0], len(trial.rates)
    return f"  (≈ {least:,.0f} at least, of {times} times)" if least < ALIKE * trial.rate else ""


def mark(trial: Trial, number: int, advice: Advice) -> str:
    """Say which trial it is, if it is one that matters."""
    marks = ["as given"] * (number == 0) + ["advised"] * (trial.size == advice.size)
    return f"  ({', '.join(marks)})" if marks else ""


def _memory(figures: Figures) -> Iterator[str]:
    if not figures.trials or not figures.trials[0].memory:
        return
    one = figures.trials[0]
    each = f"≈ {mb(one.worker_memory)} {'for each worker' if one.workers else 'for its process'}"
    rest = one.whole_memory - sum(one.memory[: one.workers or len(one.memory)])
    master = f", ≈ {mb(rest)} for what is beside them" if one.workers and rest else ""
    yield f"{each}{master}, shared pages divided among those who share them (PSS), after load"


def _reload(figures: Figures, *, reloads: bool, name: str) -> Iterator[str]:
    found = figures.reload
    if not reloads:
        yield f"{name}, as it is run here, does not reload by HUP: new code needs a restart."
    elif found is not None:
        came = f"{found.lost:,} of {found.sent:,} lost, {found.slowed:,} slowed"
        yield f"HUP, at {per_second(found.rate)} per second of {found.path}: {came}"
        when = "not all workers were seen to be new"
        if found.renewed is not None:
            when = f"all workers were new after ≈ {s(found.renewed)}"
        yield f"the slowest answer took ≈ {s(found.worst)}, and ≈ {s(found.usual)} before it; {when}"


def _errors(figures: Figures) -> Iterator[str]:
    for (path, status), count in sorted(figures.statuses.items()):
        yield f"{path}: {count:,} answered {status} under load"
    for (path, kind), count in sorted(figures.errors.items()):
        yield f"{path}: {count:,} had no answer where it should have kept up: {ERRORS.get(kind, kind)}"
    for (path, kind), count in sorted(figures.beyond.items()):
        yield f"{path}: {count:,} had no answer beyond the knee: {ERRORS.get(kind, kind)}"
    for said, count in figures.exceptions.most_common(8):
        yield f"in the log, {'once' if count == 1 else f'{count:,} times'}: {said}"
    if not (figures.statuses or figures.errors or figures.beyond or figures.exceptions):
        yield "none"
