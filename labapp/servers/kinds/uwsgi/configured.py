"""What configuration files set of uWSGI."""

import re

from labapp.servers.command import Command, option_values

_FILES = ("--ini", "--yaml", "--yml", "--json", "--xml")


def configured(command: Command) -> list[tuple[str, str]]:
    """Return what the configuration files of a command set, each line a name and a value."""
    words = command.arguments
    files = [*option_values(words, _FILES), *(word for word in words if word.endswith((".ini", ".yaml")))]
    lines: list[str] = []
    for file in dict.fromkeys(files):
        try:
            lines += (command.cwd / file.partition(":")[0]).read_text().splitlines()
        except (OSError, ValueError):
            continue  # uWSGI itself says that there is none.
    found = (re.match(r"\s*([a-z][\w-]*)\s*[=:]\s*(.*?)\s*$", line) for line in lines)
    return [(line[1], line[2]) for line in found if line]
