"""The environment that a program is given, and what of the notebook's own is withheld from it."""

import os
import re
from collections.abc import Iterable, Mapping

from labapp.servers.command.programs import search_path

# What a notebook's kernel adds for its own use, and what would change the server behind the learner's back.
# Each kind of server adds what would change its own.
FOREIGN = (
    "JPY_.*|JUPYTER.*|FORCE_COLOR|CLICOLOR.*|TERM|COLUMNS|LINES|PAGER|GIT_PAGER|MPLBACKEND|PYDEVD_.*|PORT|"
    "SERVER_SOFTWARE|FLASK_.*|LISTEN_FDS|LISTEN_PID|NOTIFY_SOCKET|COV_CORE_.*|LABAPP_RUNTIME"
)


def environment_of(
    settings: Mapping[str, str], foreign: Iterable[str]
) -> tuple[dict[str, str], frozenset[str]]:
    """Return the environment of a program with these settings, and the variables that it does not inherit."""
    pattern = re.compile("|".join([FOREIGN, *foreign]))
    inherited = dict(os.environ)  # Each look at it decodes.
    withheld = frozenset(filter(pattern.fullmatch, inherited)) - settings.keys()
    environment = {name: value for name, value in inherited.items() if name not in withheld}
    environment["PATH"] = search_path()
    environment["PYTHONUNBUFFERED"] = "1"
    environment.update(settings)
    return environment, withheld
