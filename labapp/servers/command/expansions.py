"""What a shell puts something in place of: variables, the output of commands, the names of files."""

import re
import shlex
from pathlib import Path

from labapp.servers.command.quoting import BLANKS, call
from labapp.servers.errors import LaunchError

ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)
_EXPANSION = re.compile(
    r"\$\(\((?P<sum>.*?)\)\)|\$\((?P<run>[^()]*(?:\([^()]*\)[^()]*)*)\)|`(?P<ran>[^`]*)`"
    r"|\$\{(?P<name>\w+)(?P<rest>[^}]*)\}|\$(?P<plain>[A-Za-z_]\w*)|\$(?P<odd>[0-9@*#?$!({-])"
)
_FIELD = re.compile(r"\{[A-Za-z_][\w.]*\}")
_LISTED = re.compile(r"\{[^{}\s]*(?:,|\.\.)[^{}\s]*\}")
_RUN = {
    "nproc": ("cores", "os.cpu_count()"),
    "pwd": ("here", "Path.cwd()"),
    "hostname": ("host", "socket.gethostname()"),
    "whoami": ("user", "getpass.getuser()"),
}
_VARIABLES = {"PWD": ("here", "Path.cwd()"), "HOME": ("home", "Path.home()")}


def substitution(text: str, place: int) -> LaunchError | None:
    """Return the error for what a shell puts a value in place of, with the Python that does."""
    if not (found := _EXPANSION.match(text, place)):
        return None
    if found["odd"]:
        return LaunchError(
            f"There is no shell that puts a value in place of `{found[0]}`.", "write that value."
        )
    name, value = _value(found)
    around = (part.replace("{", "{{").replace("}", "}}") for part in (text[:place], text[found.end() :]))
    return LaunchError(
        f"There is no shell that puts a value in place of `{found[0]}`.",
        f"have Python do it: {name} = {value}, then {call(f'{{{name}}}'.join(around), formatted=True)}",
    )


def _value(found: re.Match[str]) -> tuple[str, str]:
    """Return the expression whose value is meant, and a name for it."""
    ran = (found["run"] or found["ran"] or "").strip()
    name = found["name"] or found["plain"] or ""
    if found["sum"]:
        return "number", found["sum"].strip()
    if ran in _RUN:
        return _RUN[ran]
    if ran.startswith("cat "):
        return "words", f'Path("{ran[4:].strip()}").read_text().strip()'
    if ran or not name:
        return "words", f"subprocess.check_output({ran!r}, shell=True, text=True).strip()"
    if name in _VARIABLES:
        return _VARIABLES[name]
    default = re.match(r":?-(.*)", found["rest"] or "")
    return name.lower(), f'os.environ.get("{name}", "{default[1]}")' if default else f'os.environ["{name}"]'


def file_names(text: str, place: int, cwd: Path) -> LaunchError | None:
    """Return the error for what a shell puts the names of files, or words of a list, in place of."""
    match text[place]:
        case "~":
            return _home(text, place)
        case "{":
            return _braces(text, place)
        case "*" | "?" | "[":
            return _pattern(word_at(text, place), cwd)
    return None


def word_at(text: str, place: int) -> str:
    """Return the word in which a place is."""
    start = max(text.rfind(blank, 0, place) for blank in BLANKS) + 1
    return text[start:].split(None, 1)[0]


def quoted_word(text: str, place: int) -> str:
    """Return the word in which a parenthesis is, up to the last one, in quotes."""
    start = max(text.rfind(blank, 0, place) for blank in BLANKS) + 1
    word = text[start : max(text.rfind(")") + 1, start + len(word_at(text, place)))]
    return f"'{word}'" if '"' in word else f'"{word}"'


def _home(text: str, place: int) -> LaunchError | None:
    before = text[:place]
    if before[-1:] not in ("", *BLANKS) or all(map(ASSIGNMENT.fullmatch, before.split())):
        return None  # In the middle of a word it means nothing; a program is looked for there.
    word = word_at(text, place)
    rest = word.removeprefix("~/") if word.startswith("~/") else ""
    path = f'Path.home() / "{rest}"' if rest else "Path.home()"
    line = f"{before}{{path}}{text[place + len(word) :]}"
    return LaunchError(
        f"There is no shell that puts a directory in place of the ~ in `{word}`.",
        f"have Python do it: path = {path}, then {call(line, formatted=True)}",
    )


def _braces(text: str, place: int) -> LaunchError | None:
    if text[place - 1 : place] in ("{", "$") and place:
        return None
    if found := _FIELD.match(text, place):
        return LaunchError(
            f"`{found[0]}` was not filled in: Python does so where an f stands before the string.",
            f"write {call(text, formatted=True)}",
        )
    if found := _LISTED.match(text, place):
        return LaunchError(
            f"There is no shell that makes several words of `{found[0]}`.", "write them out, one by one."
        )
    return None


def _pattern(word: str, cwd: Path) -> LaunchError | None:
    """Return the error for a pattern that a shell would replace; one that fits no file, it leaves alone."""
    if not (names := _fitting(word, cwd)):
        return None
    shown = " ".join(map(shlex.quote, names[:3])) + (" …" if len(names) > 3 else "")
    return LaunchError(
        f"There is no shell that puts the names of files in place of `{word}`.",
        f"write the names that are meant: {shown}; or quotes around it, if the program is to see it.",
    )


def _fitting(word: str, cwd: Path) -> list[str]:
    """Return the names that fit a pattern, below a directory."""
    try:
        return sorted(str(path.relative_to(cwd)) for path in cwd.glob(word))
    except (OSError, ValueError, NotImplementedError):  # No pattern after all, or one that leads elsewhere.
        return []
