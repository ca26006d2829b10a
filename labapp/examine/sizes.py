"""The acts of an examination that compare: other sizes of the command, and the knees of the best one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from labapp.examine import comparing, plan
from labapp.examine.acts import Examination
from labapp.examine.figures import Trial
from labapp.servers import LaunchError, Size


class Comparison(Examination):
    """An examination that goes on from the command as given to other sizes of it."""

    def run(self) -> None:
        """Do all of it, as far as the time goes."""
        super().run()
        self._try_sizes()
        self._follow_advice()

    def _try_sizes(self) -> None:
        """Try other sizes, each suggested by those before; once more those that may be the best; go on."""
        if not self._tried:
            return
        self._listen()
        if self._climb():
            self._once_more(comparing.again(self.figures.trials))
            self._climb()
        while self._once_more(comparing.doubtful(self.figures.trials, loud=self.figures.loud)):
            pass

    def _once_more(self, sizes: Sequence[Size]) -> bool:
        """Try sizes that were tried, in turn; False where there are none, or the time ended that."""
        return bool(sizes) and all(self._time() and self._tried_anew(size) for size in sizes)

    def _listen(self) -> None:
        """Note how busy others keep this machine: what they did so far, they will do further."""
        self.figures.neighbours = self._neighbours.busy()

    def _time(self, trials: int = 1) -> bool:
        """Whether there is time for so many trials; where there is much, some is kept for the best one."""
        knees = self._start + len(self.figures.knees) * self._clock.knee
        kept = knees if self._much else 0.0
        return self._bar.left - kept > 1.2 * trials * (self._start + self._trial)

    def _climb(self) -> bool:
        """Try sizes until none is suggested; False where the time ended that."""
        figures, sizing = self.figures, self._candidates.sizing
        while (size := plan.next_size(figures.trials, sizing, figures.machine)) is not None:
            # On a busy machine one more is worth less than to have measured two often enough.
            kept = 2 * (comparing.TIMES - 1) if figures.loud and len(figures.trials) > 1 else 0
            if not self._time(1 + kept) or (not self._tried_anew(size) and not self._time()):
                figures.notes.append(
                    f"There was no time to try {size}: give it more, by within= or --within."
                )
                return False
        return True

    def _tried_anew(self, size: Size) -> bool:
        """Launch a size and try it; whether it started."""
        try:
            with self._served(size, str(size)) as subject:
                self._try(subject, size)
        except LaunchError as error:
            tried = [one.size for one in self.figures.trials]
            if self._bar.left > self._start and size not in tried:  # Else it was its time that ended.
                written = self._candidates.written(size)
                self.figures.trials.append(Trial(size, written, failure=error.summary))
            return False
        finally:
            self._listen()
        return True

    def _follow_advice(self) -> None:
        """Find the knees of the size that did best, if it is another and there is time."""
        found = comparing.sure(self.figures.trials, loud=self.figures.loud)
        if found is None or found.size == self._candidates.size:
            return
        if self._bar.left < self._start + len(self.figures.knees) * self._clock.knee:
            return
        with suppress(LaunchError), self._served(found.size, f"{found.size}, the best so far,") as subject:
            self.figures.advised = subject.knees
            for path in self.figures.knees:
                self._find_knee(subject, path, found.throughput[path])
