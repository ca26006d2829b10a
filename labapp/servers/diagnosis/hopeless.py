"""Why a server that still ran was given up, in a sentence and what to try."""

from labapp.observe import LogSyntax
from labapp.servers.diagnosis.exceptions import last_cause
from labapp.servers.diagnosis.failure import Diagnosis, Failure, Hopeless
from labapp.servers.diagnosis.last_words import last_words
from labapp.servers.wording import ending, shortened

LOUD = 4 << 20  # Bytes of a log that no program writes that only starts up.


def explain(name: str, syntax: LogSyntax, failure: Failure, exits: str = "") -> Diagnosis:
    """Explain, from what was seen of the server's processes, and from its log."""
    lines = failure.log.splitlines()
    where, stack = " and ".join(failure.listening), failure.stack
    match failure.hopeless:
        case Hopeless.STRANGER:
            place = " and ".join(failure.strangers)
            return Diagnosis(
                f"{name} serves nothing{f' at {where}' if where else ''}: when the application is imported, "
                f"it starts a server of its own, at {place}{f' ({stack.place})' if stack else ''}.",
                'put what starts it, app.run() or serve_forever(), below `if __name__ == "__main__":`.',
                tuple(map(str, stack.frames)) if stack else (),
            )
        case Hopeless.REBORN:
            return _reborn(name, syntax, lines, exits)
        case Hopeless.IDLE:
            return Diagnosis(
                f"{name} listens at {where} and has no worker: nobody answers.",
                "ask for one worker at least.",
            )
        case Hopeless.FLOOD:
            return _flood(f"{name} was ended before it filled the disk", failure)
        case Hopeless.UNLOADED:
            return Diagnosis(
                f"{name} could not load the application, and answers with a 500.", "look at its log."
            )
        case _:
            words = last_words(lines, syntax)
            return Diagnosis(
                f"{name} {ending(failure.status)}{f': {words}' if words else ''}; a process that it had "
                "started lives on.",
                "correct that, then launch again; what was left has been ended.",
            )


def _reborn(name: str, syntax: LogSyntax, lines: list[str], exits: str) -> Diagnosis:
    deaths = [death for line in lines if (death := syntax.death(line))]
    how = f" ({ending(deaths[0][1])})" if deaths else ""
    if cause := last_cause(lines):
        return Diagnosis(
            f"The workers of {name} end as soon as they start{how}, again and again: {cause.told}.",
            "correct that, then launch again.",
        )
    words = last_words(lines, syntax)
    said = f": {words}" if words else ", and they say nothing"
    return Diagnosis(
        f"The workers of {name} end as soon as they start{how}, again and again{said}.",
        "the application ends its process when it is imported: look "
        f"{f'at {exits}' if exits else 'for sys.exit(), os._exit(), os.kill() in it'}.",
    )


def explain_timeout(name: str, failure: Failure) -> Diagnosis:
    """Explain why a server that ran had not answered in time: by where it stood, if that is known."""
    listening = ", ".join(failure.listening)
    where = f"listens at {listening}" if listening else "listens nowhere"
    late = f"{name} did not answer HTTP within {failure.timeout or 0:g} s"
    if failure.written > LOUD:
        return _flood(late, failure)
    if not (stack := failure.stack):
        ask = "have another path asked, ready=; " if listening else ""
        if cause := last_cause(failure.log.splitlines()):
            other = ask.replace(";", ", or")
            return Diagnosis(
                f"{late}. It {where}, and its log has {cause.told}.",
                f"correct that, then launch again. If that is not why, {other}give it a longer timeout=.",
            )
        return Diagnosis(f"{late}. It {where}.", f"read the log; {ask}or give it a longer timeout=.")
    doing = f"is still importing {stack.imported}, at" if stack.imported else "stands at"
    return Diagnosis(
        f"{late}: it {where}, and {doing} {stack.place}.",
        "look at what it waits for there; if it only needs longer, give it a longer timeout=.",
        tuple(map(str, stack.frames)),
    )


def _flood(what: str, failure: Failure) -> Diagnosis:
    """Say what a program repeats that writes without pause: its last line may not be whole."""
    lines = [line for line in failure.log.splitlines() if line.strip()]
    if cause := last_cause(lines):
        said = f": {cause.told}"
    else:
        said = f", such as {shortened(lines[-2:][0].strip(), 200)!r}" if lines else ""
    where = f"listens at {', '.join(failure.listening)}" if failure.listening else "listens nowhere"
    return Diagnosis(
        f"{what}: it {where}, and has written {failure.written / 1e6:,.0f} MB to its log{said}.",
        "look for the loop that writes this, and have it end or wait; then launch again.",
    )
