"""Keywords that are neither options nor names of the configuration: most likely they are misspelt."""

from collections.abc import Iterable
from difflib import get_close_matches

from labapp.servers.errors import LaunchError
from labapp.servers.kinds.nginx.configuration import Template

OPTIONS = ("workers", "connections", "timeout", "exposed")


def refuse_misspelt(template: Template, names: Iterable[str]) -> None:
    """Raise `LaunchError` for a name that the configuration does not mention and that is nearly an option."""
    for name in sorted(template.lacks(names)):
        if close := get_close_matches(name, (*OPTIONS, "config"), n=1, cutoff=0.7):
            raise LaunchError(
                f"lab.nginx() has no option {name!r}, and the configuration does not mention it.",
                f"did you mean {close[0]}=?",
            )


def refuse_options(template: Template, names: Iterable[str]) -> None:
    """Raise `LaunchError` for what a reload does not change, or for a name that is nearly that."""
    for name in sorted(template.lacks(names)):
        if name == "config" or not (close := get_close_matches(name, OPTIONS, n=1, cutoff=0.7)):
            continue
        raise LaunchError(
            f"A reload has no option {name!r}, and the configuration does not mention it.",
            f"launch another one: lab.nginx(..., {close[0]}=...); a reload changes only the configuration.",
        )
