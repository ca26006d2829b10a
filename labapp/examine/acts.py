"""The acts of an examination, each of which adds to its figures."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace

from labapp.examine import evidence, plan, refusals
from labapp.examine.candidates import Candidates
from labapp.examine.figures import Figures
from labapp.examine.machine import Neighbours, this_machine
from labapp.examine.measuring import Subject
from labapp.examine.progress import Progress
from labapp.servers import Size

_AS_GIVEN = "the command as given"


class Examination:
    """One examination, as far as it has come: `figures`."""

    def __init__(
        self, candidates: Candidates, paths: Sequence[str], bar: Progress, neighbours: Neighbours
    ) -> None:
        self.figures = Figures(candidates.typed, candidates.size, this_machine())
        self.figures.timeouts = candidates.kind.timeouts
        self._candidates = candidates
        self._ahead = list(paths)  # Those that were not yet asked for.
        self._share = 1 / (3 * len(paths))
        self._bar = bar
        self._neighbours = neighbours
        self._start = 0.0  # s that a launch takes.
        self._trial = 0.0  # s that a trial takes.
        self._much = False  # Whether there is time for more than to try sizes.

    def run(self) -> None:
        """Ask for each path and measure the command as given, as far as the time goes."""
        while not self.figures.trials and not self.figures.knees:
            with self._served(self._candidates.size, _AS_GIVEN) as subject:
                if self._probe(subject):
                    self._measure(subject)

    @contextmanager
    def _served(self, size: Size, what: str) -> Iterator[Subject]:
        """Have the command of this size run, and gather in the end what its loads and its log tell."""
        bar = self._bar
        bar.now(f"{what} starts")
        began = bar.elapsed
        with self._candidates.launch(size, timeout=round(max(1.0, min(20.0, bar.left - 1.0)), 1)) as server:
            subject = Subject(server, bar.heard)
            try:
                if server.kind.prefork and size.workers:
                    with suppress(TimeoutError):  # Those that are late are measured as late.
                        server.wait_until(workers=size.workers, timeout=max(0.1, min(5.0, bar.left)))
                self._start = bar.elapsed - began
                yield subject
            finally:
                evidence.gather(self.figures, subject)
                server.stop(timeout=1.0)

    def _probe(self, subject: Subject) -> bool:
        """Ask for each path by itself; False where the server is no longer fit to be measured."""
        figures, calm = self.figures, True
        while self._ahead and calm:
            path = self._ahead.pop(0)
            self._bar.now(f"{path}, one request by itself")
            probe = subject.probe(path, max(1.0, self._bar.left * self._share))
            figures.probes[path] = probe
            if not probe.usable:
                evidence.await_cause(subject)
            calm = not probe.error and subject.server.running
        if not self._ahead:
            kind, log = self._candidates.kind, subject.server.log.lines
            why = next(iter(figures.exceptions + evidence.causes(log, kind.log_syntax)), "")
            if problem := refusals.no_path(list(figures.probes.values()), kind, why, log):
                raise problem
        return calm and not self._ahead

    def _measure(self, subject: Subject) -> None:
        """Measure the command as given: a closed loop on each path, its knee, a reload."""
        self._count_workers(subject)
        figures, bar, size = self.figures, self._bar, self._candidates.size
        alone = {path: figures.probes[path].seconds for path in figures.usable}
        self._clock = plan.clock(bar.left, len(alone), max(alone.values()))
        self._tried = {path: taken for path, taken in alone.items() if self._clock.trials_fit(taken)}
        self._try(subject, size)
        rates, figures.knees = figures.trials[0].throughput, subject.knees
        for path, taken in alone.items():
            if not self._clock.steps_fit(taken) or path not in rates:
                figures.notes.append(too_slow(path, taken, size))
            elif rates[path] > 0:
                self._find_knee(subject, path, rates[path])
        self._reload(subject)
        knees = self._start + len(figures.knees) * self._clock.knee
        self._much = bar.left > 3 * knees

    def _count_workers(self, subject: Subject) -> None:
        """Take the command for what it is: a configuration may compute its number of workers."""
        there, size = len(subject.server.snapshot().workers), self._candidates.size
        if self._candidates.kind.prefork and there and size.workers not in (None, there):
            self._candidates.size = self.figures.size = replace(size, workers=there)

    def _try(self, subject: Subject, size: Size) -> None:
        self._bar.now(f"{size}, at full load")
        began = self._bar.elapsed
        written = self._candidates.written(size)
        known = size.threads is not None and bool(self._candidates.sizing.threads)
        trial = subject.trial(size, written, self._tried, seconds=self._clock.trial, threads_known=known)
        bound = plan.bound(size, self._tried.values()) if known else math.inf
        self.figures.add(replace(trial, bound=bound))
        self._trial = max(self._trial, self._bar.elapsed - began)

    def _patience(self, path: str) -> float:
        """Return for how many s a request of a load is waited for: some are never answered."""
        return max(2.0, 2 * self._clock.step, 4 * self.figures.probes[path].seconds)

    def _find_knee(self, subject: Subject, path: str, capacity: float) -> None:
        self._bar.now(f"the knee of {path}, near {capacity:.3g} per second")
        subject.knee(
            path, capacity, self._clock.shares, seconds=self._clock.step, timeout=self._patience(path)
        )

    def _reload(self, subject: Subject) -> None:
        """Have it reload in the midst of a load at half of what the quickest path can do."""
        figures = self.figures
        if not self._candidates.reloads or not figures.knees:
            return
        found = {path: steps.knee.rate for path, steps in figures.knees.items() if steps.knee is not None}
        if not found or self._bar.left < 2 * self._clock.reload:
            figures.notes.append("There was no time, or no knee, to reload it under a load.")
            return
        path = max(found, key=lambda one: found[one])
        self._bar.now(f"a reload (HUP) under a load of {path}")
        seconds = self._clock.reload
        figures.reload = subject.reload(
            path,
            found[path] / 2,
            seconds=seconds,
            timeout=self._patience(path),
            patience=max(0.1, min(3.0, self._bar.left - 2 * seconds)),
        )


def too_slow(path: str, taken: float, size: Size) -> str:
    """Say that no knee of a path was measured, and what arithmetic says of it."""
    most = size.slots / taken
    return (
        f"{path} takes {taken:.1f} s by itself: too long for loads in steps within this time. By arithmetic,"
        f" not measured, {size} can do {most:.2g} per second."
    )
