"""uWSGI: a master and workers in C, each with a Python in it; with --http, a router before them."""

import os
import re
import shlex
import sys
from functools import cached_property
from importlib.machinery import PathFinder
from pathlib import Path
from types import MappingProxyType

from labapp.observe import Role
from labapp.servers.command import call, has_option, option_values
from labapp.servers.diagnosis import Diagnosis, Failure, Hopeless
from labapp.servers.kinds.told import Told
from labapp.servers.kinds.usual import CONT, KILL, STOP
from labapp.servers.server_kind import SignalNote, by_name

ROUTER = Role("router", "R")
_BINARY = ("--socket", "-s", "--uwsgi-socket", "--fastcgi-socket", "--scgi-socket")
_FILES = ("--ini", "--yaml", "--yml", "--json", "--xml")
# Where it looks for modules besides.
_ELSEWHERE = (
    "--chdir",
    "--pythonpath",
    "--python-path",
    "--pp",
    "--virtualenv",
    "--venv",
    "--home",
    "-H",
    "--pyhome",
)
_TRUE = frozenset({"true", "1", "yes", "on", ""})
_NO_FILE = re.compile(r"^unable to load configuration from (?P<word>\S+)$", re.MULTILINE)
# Not where others have been loaded, or none was to be.
_UNLOADED = re.compile(r"^unable to load app \d+ [\s\S]*\*\*\* no app loaded", re.MULTILINE)
_MODULE = re.compile(r"[A-Za-z_][\w.]*(?P<name>:\w+(\(\))?)?")

_STATISTICS = SignalNote("USR1", "statistics", "It writes into its log how many requests it has had.")
_CANNOT = "pyuwsgi, which is a module of Python's, cannot start itself again: it ends with status 1"
_MASTER = by_name(
    SignalNote(
        "HUP",
        "reload gracefully",
        f"The workers finish their requests and end; then the program starts itself anew. {_CANNOT}.",
    ),
    SignalNote(
        "TERM",
        "reload at once",
        f"No end, but a reload in which requests are dropped, unless --die-on-term. {_CANNOT}.",
    ),
    SignalNote("INT", "end (Ctrl-C)", "The workers end in mid-request, and within a second the master."),
    SignalNote("QUIT", "end", "As INT: the workers end in mid-request, and within a second the master."),
    SignalNote("USR1", "statistics", "The master writes its configuration and statistics into the log."),
)
_SUCCEEDED = "the master forks a successor"
_WORKER = by_name(
    SignalNote("HUP", "end gracefully", f"It finishes its request and ends; {_SUCCEEDED}."),
    SignalNote("TERM", "end at once", f"Without --threads it ends in mid-request; {_SUCCEEDED}."),
    SignalNote("INT", "end at once", f"As TERM: without --threads in mid-request; {_SUCCEEDED}."),
    SignalNote("KILL", "die", f"The kernel ends it in mid-request, without a word; {_SUCCEEDED}."),
    _STATISTICS,
    STOP,
    CONT,
)
_SERVER = by_name(
    SignalNote("HUP", "end gracefully", "Without a master it finishes its request and ends, with status 30."),
    SignalNote("TERM", "end at once", "Without a master it ends in mid-request, with status 30."),
    SignalNote("INT", "end at once (Ctrl-C)", "As TERM: it ends in mid-request, with status 30."),
    KILL,
    _STATISTICS,
    STOP,
    CONT,
)
_NOTES = {"master": _MASTER, "worker": _WORKER, "server": _SERVER}


class Uwsgi(Told):
    """What the lab knows about uWSGI."""

    name = "uWSGI"
    notes = MappingProxyType(_NOTES)
    host_options = port_options = ()
    address_options = (
        *("--http-socket", "--http", "--https", "--https-socket", "--http11-socket"),
        *("--socket", "-s", "--uwsgi-socket", "--fastcgi-socket", "--scgi-socket", "--http-router"),
    )
    variables = "UWSGI_"

    @property
    def addresses(self) -> list[str]:
        """Those of TCP, typed or in a configuration file."""
        found = self.given(self.address_options)
        found = [one.partition(",")[0] for one in found]
        return [one for one in found if ":" in one and "/" not in one]

    def given(self, names: tuple[str, ...]) -> list[str]:  # type: ignore[override]
        """Return the values that some options are given, in a configuration file, in variables, typed."""
        keys = {name.lstrip("-") for name in names}
        return [value for key, value in self._configured if key in keys] + super().given(names)

    @cached_property
    def _configured(self) -> list[tuple[str, str]]:
        """What the configuration files set, each line a name and a value."""
        words = self.command.arguments
        files = [*option_values(words, _FILES), *(word for word in words if word.endswith((".ini", ".yaml")))]
        lines: list[str] = []
        for file in dict.fromkeys(files):
            try:
                lines += (self.command.cwd / file.partition(":")[0]).read_text().splitlines()
            except (OSError, ValueError):
                continue  # uWSGI itself says that there is none.
        found = (re.match(r"\s*([a-z][\w-]*)\s*[=:]\s*(.*?)\s*$", line) for line in lines)
        return [(line[1], line[2]) for line in found if line]

    @property
    def stop_signal(self) -> str:  # type: ignore[override]
        """The one that lets it finish; one that is a program of its own would start itself again by that."""
        try:
            with Path(self.command.server).open("rb") as program:
                return "HUP" if program.read(2) == b"#!" else "INT"
        except OSError:
            return "INT"

    @property
    def prefork(self) -> bool:
        """With a master."""
        return has_option(self.command.arguments, ("--master", "-M")) or any(
            value.lower() in _TRUE for value in self.given(("--master",))[:1]
        )

    @property
    def beyond(self) -> tuple[int, Role] | None:  # type: ignore[override]
        """With --http, a router comes after the workers."""
        if not self.given(("--http", "--https", "--http-router")):
            return None
        number = (self.given(("--processes", "--workers", "-p")) or ["1"])[-1]
        return (int(number) if self.prefork and number.isdecimal() else int(self.prefork)), ROUTER

    @property
    def unloaded(self) -> re.Pattern[str] | None:  # type: ignore[override]
        """As with --need-app, unless the command says that it needs none."""
        needed = (self.given(("--need-app",)) or ["true"])[-1].lower() in _TRUE
        return _UNLOADED if needed else None

    def refusal(self) -> Diagnosis | None:
        """Where it would speak no HTTP, and numbers that are none: it says nothing of either."""
        words = self.command.arguments
        binary = [one for one in _BINARY if self.given((one,))]
        spoken = self.given(tuple({*self.address_options} - {*_BINARY})) or has_option(words, ("--protocol",))
        if binary and not spoken and not self.asks:
            return Diagnosis(
                f"At what {binary[0]} names, uWSGI speaks a protocol for proxies, and no HTTP.",
                "name an address for HTTP by --http-socket, in its place or beside it.",
            )
        numbers = {one: self.given((one,))[-1:] for one in ("--processes", "--workers", "-p", "--threads")}
        if wrong := next((one for one, last in numbers.items() if last and not last[0].isdecimal()), None):
            return Diagnosis(
                f"uWSGI wants a number after {wrong}, and not {numbers[wrong][0]!r}.", "write how many."
            )
        if (folders := self.given(("--chdir",))) and not (self.command.cwd / folders[-1]).is_dir():
            return Diagnosis(
                f"There is no directory {folders[-1]!r} (--chdir).",
                "correct it: a relative one begins where the server is launched, cwd=.",
            )
        if module := self._absent():
            from labapp.servers.diagnosis import missing_module  # noqa: PLC0415 (a launch can do without)

            return missing_module(module, self.command, "")
        return super().refusal()

    def _absent(self) -> str:
        """Return the module to serve if there is none: uWSGI would start, and answer with a 500."""
        module = "".join(self.given(("--module", "-w", "--wsgi"))[-1:]).partition(":")[0]
        if not re.fullmatch(r"\w+(\.\w+)*", module) or self.asks or self.given(_ELSEWHERE):
            return ""
        own = self.command.environment.get("PYTHONPATH", "").split(os.pathsep)
        places = [str(self.command.cwd / place) for place in (".", *own)]
        return "" if PathFinder.find_spec(module.partition(".")[0], [*places, *sys.path]) else module

    def read_log(self, failure: Failure) -> Diagnosis | None:
        """Return how what is to be served is said here: a word by itself is a configuration file."""
        if failure.log.rstrip().endswith("*** Operational MODE: single process ***"):
            return Diagnosis(
                "uWSGI ended while it loaded the application.",
                "look in it for what ends it when it is imported: sys.exit(), os._exit().",
            )
        if (failure.hopeless is Hopeless.UNLOADED or failure.status) and (
            lacking := self._lacking(failure.log)
        ):
            return lacking
        found = _NO_FILE.search(failure.log)
        if found is None or not (option := self._serving(found["word"])):
            return super().read_log(failure)
        word = found["word"]
        return Diagnosis(
            f"uWSGI takes a word that stands by itself, here {word!r}, for a configuration file.",
            f"say what it is: {call(self.command.typed.replace(word, option, 1))}",
        )

    def _lacking(self, log: str) -> Diagnosis | None:
        """Return that what was loaded has no callable of the name, where that is what uWSGI found."""
        from labapp.servers.diagnosis import first_cause, offered  # noqa: PLC0415 (a launch can do without)

        lines = [line for line in log.splitlines() if line.strip()]
        if "unable to load app" not in log or first_cause(lines):
            return None
        if said := re.search(r"failed to open python file .+|ModuleNotFoundError: .+", log):
            return Diagnosis(f"uWSGI could not load the application: {said[0]}.", "correct its name.")
        named = "".join(self.given(("--module", "-w", "--wsgi"))[-1:])
        module, _, name = named.partition(":")
        name = "".join(self.given(("--callable",))[-1:]) or name or "application"
        names = [f"{module}:{one}" for one in offered(module, self.command.cwd)] if module else []
        if file := "".join(self.given(("--wsgi-file", "--file"))[-1:]):
            path = self.command.cwd / file
            names = [f"--callable {one}" for one in offered(path.stem, path.parent)]
        where = f" in the module {module!r}" if module else ""
        return Diagnosis(
            f"uWSGI could not load the application: there is no {name!r}{where}.",
            f"write {' or '.join(names)}." if names else "correct its name, then launch again.",
        )

    def _serving(self, word: str) -> str:
        """Return the option that serves what a word means; empty if it means no application."""
        from labapp.servers.diagnosis import offered  # noqa: PLC0415 (a launch can do without)

        file = self.command.cwd / word
        if file.suffix == ".py":
            names = offered(file.stem, file.parent)
            named = "" if "application" in names or not names else f" --callable {shlex.quote(names[0])}"
            return f"--wsgi-file {word}{named}"
        if not (found := _MODULE.fullmatch(word)):
            return ""
        names = [] if found["name"] else offered(word, self.command.cwd)
        return f"--module {shlex.quote(f'{word}:{names[0]}' if names else word)}"
