"""An application that parses the command line when it is imported, and is given Gunicorn's."""

import re

from labapp.servers.command import Command
from labapp.servers.diagnosis import Diagnosis, Failure, first_call

# Gunicorn's own parser says so of itself.
_GUNICORNS = re.compile(r"^usage: \S+(?: -m \S+)? \[OPTIONS\] \[APP_MODULE\]", re.MULTILINE)
_OTHERS = re.compile(r"^[Uu]sage: .+(?:\n.*){0,40}?\n(?:\S+: error|Error): (?P<said>.+)$", re.MULTILINE)
_PARSERS = frozenset({"parse_args", "parse_known_args", "getopt", "docopt"})


def strange_parser(failure: Failure, command: Command, application: str) -> Diagnosis | None:
    """Return what is wrong where another parser than Gunicorn's has spoken, or None."""
    if _GUNICORNS.search(failure.log) or not (spoken := _OTHERS.search(failure.log)):
        return None
    module = application.partition(":")[0]
    place = first_call(module, command.cwd, _PARSERS)
    where = f"; see {place}" if place else ""
    return Diagnosis(
        "The application parses the command line when it is imported, and finds that of Gunicorn: "
        f"{spoken['said'].rstrip('.')}{where}.",
        'parse it below `if __name__ == "__main__":` only; what the application needs, give it as env=.',
    )
