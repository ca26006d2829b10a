"""What stands before a command where it was copied: a prompt, the sign of a notebook, the word of a file."""

import re

from labapp.servers.command.quoting import one_line
from labapp.servers.errors import LaunchError

_PROMPT = re.compile(
    r"(?:\([\w.-]+\) *)?(?:[\w.-]+@[\w.-]+[: ]\S* ?)?"
    r"(?P<sign>[$%\u276f\u279c] +|>>> ?|\.\.\. |In ?\[\d*\]: ?|PS \S*> ?|[A-Z]:\\\S*> ?|> +"
    r"|!+ *(?=[\w./~])|%%\w+\s+"
    r"|%(?:bash|run|sc|script|sh|sx|system|time|timeit)\s+|%(?=[\w./~]))"
)
# Where else a command stands, and what stands before it there.
_FILES = (
    (r"(?:CMD|ENTRYPOINT|RUN) +", "a Dockerfile"),
    (r"ExecStart(?:Pre)?=-?", "a unit of systemd"),
    (r"(?:command|entrypoint|args): +", "a file of Docker Compose"),
    (r"[a-z]\w*: +", "a Procfile"),
)


def refuse_pasted(text: str) -> None:
    """Raise `LaunchError` if a command begins with what stands before it where it was copied."""
    _refuse_quoting(text)
    if text.startswith("#") and not one_line(text):
        sign, rest = "#", text.lstrip("# ")
    elif found := _PROMPT.match(text):
        sign, rest = found[0].strip(), text[found.end() :]
    elif found := re.search(r"\\\n> ", text):
        sign, rest = ">", text.replace("\\\n> ", "\\\n")
    else:
        return
    whose = "how a notebook calls a shell" if sign[:1] in "!%" and not text.startswith("% ") else "a prompt"
    raise LaunchError(f"`{sign}` is {whose}, and no part of the command.", f"leave it out: {rest.strip()}")


def _refuse_quoting(text: str) -> None:
    """Raise `LaunchError` for a command as it is quoted from a file, or from a list of words."""
    for pattern, where in _FILES:
        if found := re.match(pattern, text):
            rest = text[found.end() :]
            raise LaunchError(
                f"`{found[0].strip()}` belongs to {where}, and is no part of the command.",
                f"leave it out: lab.launch({rest})" if rest.startswith("[") else f"leave it out: {rest}",
            )
    if re.match(r"\[\s*[\"'].*\]$", text, re.DOTALL):
        raise LaunchError("The command is a list of words within a string.", f"write lab.launch({text})")
