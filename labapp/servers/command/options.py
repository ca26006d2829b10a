"""The options among the words of a command, as the parsers of servers read them."""

from collections.abc import Iterable, Sequence


def option_values(words: Sequence[str], names: Iterable[str]) -> list[str]:
    """Return what follows some options, each time that one is given: `--port 0`, `--port=0`, `-p0`."""
    wanted = tuple(names)
    found: list[str] = []
    for place, word in enumerate(words):
        if word == "--":
            break
        if not word.startswith(wanted):  # As a rule: one question instead of three for each name.
            continue
        for name in wanted:
            if word == name:
                found += words[place + 1 : place + 2]
            elif word.startswith(f"{name}="):
                found.append(word.partition("=")[2])
            elif name[1] != "-" and word.startswith(name):
                found.append(word.removeprefix(name))
    return found


def has_option(words: Sequence[str], names: Iterable[str]) -> bool:
    """Whether one of some options is given, with a value or without."""
    wanted = tuple(names)
    own = words[: words.index("--")] if "--" in words else words
    return any(
        word == name or word.startswith(f"{name}=" if name[1] == "-" else name)
        for word in own
        for name in wanted
    )
