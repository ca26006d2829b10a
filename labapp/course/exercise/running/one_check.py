"""One check, run: whatever the learner's code does meanwhile, there is an outcome."""

from __future__ import annotations

import inspect
import io
import threading
import warnings
from contextlib import redirect_stderr, redirect_stdout

from labapp.course.exercise.outcome import FailError, Outcome, UnattemptedError, Verdict, shown
from labapp.course.exercise.question import Given, Question
from labapp.course.exercise.running.forks import Forks
from labapp.course.exercise.running.learner_frames import Learner, describe
from labapp.course.exercise.running.leftovers import Leftovers
from labapp.course.exercise.running.limit import TimeLimit, patience
from labapp.course.exercise.running.surroundings import Surroundings

_PRINTED = 300
_PRINTED_LINES = 5
_BLANK = "There is no answer yet. It goes where the cell above raises `NotImplementedError`."
_UNFINISHED = "Your code came to a `raise NotImplementedError` in it: for this case there is no answer yet."
_BUSY = "Another check is running in this notebook. Check this answer again once that one has its outcome."
STUB = "Exercise "
"""How the message of every stub begins."""
# What a check looks at belongs to the whole process: what is printed, what runs, signals.
_turn = threading.Lock()


def run(question: Question, given: Given) -> Outcome:
    """Check an answer and return what was found; raise TypeError for arguments that the check does not take.

    Nothing but the learner's own interrupt (KeyboardInterrupt) gets out.
    """
    question.bind(given)
    for value in question.functions(given):
        if not callable(value) or inspect.iscoroutinefunction(value):
            seen = "one written with `async def`" if callable(value) else shown(value)
            return Outcome(Verdict.FAIL, "a function that the check can call", seen)
    if not _turn.acquire(blocking=False):
        return Outcome(Verdict.UNATTEMPTED, problem=_BUSY)
    try:
        return _run(question, given)
    finally:
        _turn.release()


def _run(question: Question, given: Given) -> Outcome:
    learner = Learner(question.file)
    printed = _Printed()
    with Leftovers() as leftovers, Surroundings() as surroundings:
        with redirect_stdout(printed), redirect_stderr(printed), warnings.catch_warnings():
            # What becomes of a coroutine is said by the outcome.
            warnings.filterwarnings("ignore", message="coroutine .* was never awaited")
            outcome = _check(question, given, learner)
        left = leftovers.clear()
        changed = surroundings.put_back()
    if left and outcome.passed:
        outcome = Outcome(Verdict.FAIL, "nothing still running when your code is done", left)
    elif left:
        outcome = outcome.noting(f"your code left running: {left}")
    if changed:
        outcome = outcome.noting(f"your code changed {', '.join(changed)} (now as it was before)")
    return outcome if outcome.passed else outcome.printing(printed.beginning)


def _check(question: Question, given: Given, learner: Learner) -> Outcome:
    limit = TimeLimit(question.seconds * patience(), learner)
    try:
        with limit, Forks(learner):
            question.check(*given.args, **given.kwargs)
        outcome = Outcome(Verdict.PASS)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        outcome = _outcome(error, learner)
    finally:
        limit.close()
    # Also where the answer swallowed the strike, and came to some end after all.
    return _late(limit) if limit.strikes else outcome


def _late(limit: TimeLimit) -> Outcome:
    line = limit.struck_at
    whose = "Your code" if line else "The check"
    problem = f"{whose} was not done after {limit.seconds:g} s, and was stopped."
    outcome = Outcome(Verdict.ERROR, problem=problem, line=str(line or ""), baffled=line is None)
    if limit.slowness == 1:
        return outcome
    slow = f"this machine is {limit.slowness:.1f} times as slow as usual just now"
    return outcome.noting(f"{slow}, and those were {limit.seconds * limit.slowness:.1f} s by the clock")


def _outcome(error: BaseException, learner: Learner) -> Outcome:
    if isinstance(error, FailError):
        return Outcome(Verdict.FAIL, error.expected, error.seen)
    if isinstance(error, UnattemptedError):
        return Outcome(Verdict.UNATTEMPTED, problem=str(error))
    line = learner.in_traceback(error.__traceback__)
    if is_stub(error):
        if line is None or _is_alone(error):
            return Outcome(Verdict.UNATTEMPTED, problem=_BLANK)
        problem = _UNFINISHED
    elif line:
        problem = f"Your code raised {describe(error)}"
    elif line := learner.miscalled(error):
        problem = f"Your code was called with other arguments than it takes. {describe(error)}"
    else:
        problem = f"The check did not know what to do with your answer, and raised {describe(error)}"
    return Outcome(Verdict.ERROR, problem=problem, line=str(line or ""), baffled=line is None)


def is_stub(error: BaseException) -> bool:
    """Tell whether this is what a cell raises that waits for its answer."""
    return isinstance(error, NotImplementedError) and (not str(error) or str(error).startswith(STUB))


def _is_alone(error: BaseException) -> bool:
    """Tell whether what raised this is all that its function does."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None:
        return True
    code = trace.tb_frame.f_code
    lines = {line for _, _, line in code.co_lines() if line}
    return lines <= {code.co_firstlineno, trace.tb_lineno}


class _Printed(io.TextIOBase):
    """Keeps the beginning of what is printed, and drops the rest: a loop that prints fills no notebook."""

    def __init__(self) -> None:
        self._kept = ""
        self._more = False

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        room = _PRINTED - len(self._kept)
        self._kept += text[:room]
        self._more = self._more or len(text) > room
        return len(text)

    @property
    def beginning(self) -> str:
        """What was printed, cut."""
        lines = self._kept.rstrip().splitlines()
        more = self._more or len(lines) > _PRINTED_LINES
        return "\n".join(lines[:_PRINTED_LINES]) + (" …" if more else "")
