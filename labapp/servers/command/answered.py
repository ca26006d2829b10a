"""What would stand between the lab and a server, and words that only a shell knows: each is answered."""

import re
import shlex
from collections.abc import Collection, Sequence
from pathlib import Path

from labapp.servers.command.options import option_values
from labapp.servers.command.quoting import call
from labapp.servers.errors import LaunchError

BUILTINS = frozenset(
    {"cd", "pushd", "popd", "export", "source", ".", "alias", "unset", "set", "ulimit", "umask", "eval"}
    | {"trap", "wait", "if", "for", "while", "function"}
)
_RIGHTS = frozenset({"sudo", "doas", "su", "runuser", "gosu"})
_RUNNERS = frozenset(
    {"poetry", "uv", "pipenv", "pdm", "hatch", "rye", "pixi", "conda", "mamba", "micromamba", "pipx"}
)
_SERVICES = frozenset({"systemctl", "service", "launchctl", "brew", "rc-service", "initctl"})
_CONTAINERS = frozenset({"docker", "docker-compose", "podman", "nerdctl", "kubectl"})
_VALUED = frozenset(
    {
        "-u",
        "-g",
        "-h",
        "-k",
        "-s",
        "-n",
        "-p",
        "-C",
        "-D",
        "-T",
        "--user",
        "--group",
        "--signal",
        "--kill-after",
    }
    | {"--name", "--prefix", "--cwd", "--with", "--python", "--project", "--directory", "--env-file"}
)
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_TOLD = {
    "ulimit": "set it in Python, before the launch: resource.setrlimit(…).",
    "umask": "set it in Python, before the launch: os.umask(0o…).",
    "source": "name the program by its path: .venv/bin/…",
    ".": "name the program by its path: .venv/bin/…",
}


def skip(words: Sequence[str], valued: Collection[str], more: int = 0) -> int:
    """Return how many words a program's own name, its options, and `more` words after them are."""
    place = 1
    while place < len(words) and words[place].startswith("-"):
        if words[place] == "--":
            place += 1
            break
        place += 2 if words[place] in valued else 1
    return place + more


def refuse_wrapper(words: Sequence[str], place: Path) -> None:
    """Raise `LaunchError` for what would stand between the lab and the server, or belongs to a shell."""
    name = Path(words[0]).name
    rest = words[skip(words, _VALUED) :]
    if name in _RIGHTS:
        within = option_values(words[1:], ("-c", "--command"))[:1] if name in ("su", "runuser") else []
        raise LaunchError(
            f"`{name}` asks for rights that a server of the lab does without, and for a password perhaps.",
            f"leave it out: {call(within[0]) if within else _call(rest)}. Ports from 1024 on need no rights.",
        )
    if runner := _runs(words):
        raise _runner(
            " ".join([name, *words[1:runner]]),
            words[runner - 1 + skip(words[runner - 1 :], _VALUED) :],
            place,
        )
    if words[0] in _SERVICES:
        raise LaunchError(
            f"`{name}` has the machine start it, where the lab neither sees nor ends it.",
            "launch the command that the service runs, such as the one after ExecStart= in its unit.",
        )
    if words[0] in _CONTAINERS:
        raise LaunchError(
            f"`{name}` starts it in a container, where the lab neither sees nor ends it.",
            "launch the command that the container runs, which is the CMD of its image.",
        )
    if name == "timeout" and len(rest) > 1:
        amount = re.fullmatch(r"([\d.]+)([smhd]?)", rest[0])
        seconds = f"{float(amount[1]) * _UNITS[amount[2]]:g}" if amount else rest[0]
        raise LaunchError(
            "`timeout` would stand between the lab and the server, and be taken for it.",
            f"leave it out, and have Python end it: web = {_call(rest[1:])}, then "
            f"threading.Timer({seconds}, web.stop).start()",
        )
    if name in ("setsid", "daemonize", "screen", "tmux"):
        raise LaunchError(
            f"`{name}` would take the server away from the lab.",
            f"leave it out: a server of the lab has a session of its own{_shown(rest)}.",
        )
    if name == "time":
        raise LaunchError(
            "`time` would stand between the lab and the server, and be taken for it.",
            f"leave it out{_shown(rest)}.",
        )
    _refuse_builtin(words)


def _runs(words: Sequence[str]) -> int:
    """Return how many words have another program choose the environment: `uv run`, `uv tool run`."""
    name = Path(words[0]).name
    if name == "uvx":
        return 1
    if name not in _RUNNERS:
        return 0
    return 2 if words[1:2] == ["run"] else 3 if list(words[1:3]) == ["tool", "run"] else 0


def _refuse_builtin(words: Sequence[str]) -> None:
    name = words[0]
    none = f"`{name}` belongs to a shell, and there is none: the lab starts the program itself."
    if name in ("cd", "pushd"):
        raise LaunchError(none, f'say where the program runs: lab.launch("…", cwd="{"".join(words[1:2])}").')
    if name == "export":
        given = dict(word.split("=", 1) for word in words[1:] if "=" in word)
        raise LaunchError(none, f"say what it finds in its environment: {call('…', env=given)}.")
    if name in BUILTINS:
        told = "leave it out: in Python there is os.environ, os.chdir(), a loop, another cell."
        raise LaunchError(none, _TOLD.get(name, told))


def _runner(name: str, own: Sequence[str], place: Path) -> LaunchError:
    program = own[0] if own else "…"
    here = next(
        (f"{venv}/bin" for venv in (".venv", "venv") if (place / venv / "bin" / program).is_file()), ""
    )
    told = (
        f"name that environment's program by its path: {_call([f'{here}/{program}', *own[1:]])}"
        if here
        else f"leave it out for the notebook's own environment: {_call(own)}; the program of another one "
        f"is named by its path, such as .venv/bin/{program}"
    )
    return LaunchError(f"`{name}` would choose another environment, and may stand in between.", f"{told}.")


def _call(words: Sequence[str]) -> str:
    return call(shlex.join(words) if words else "…")


def _shown(words: Sequence[str]) -> str:
    return f": {_call(words)}" if words else ""
