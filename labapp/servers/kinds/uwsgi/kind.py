"""uWSGI: a master and workers in C, each with a Python in it; with --http, a router before them."""

import os
import re
import sys
from functools import cached_property
from importlib.machinery import PathFinder
from pathlib import Path
from types import MappingProxyType

from labapp.observe import Role
from labapp.servers.command import has_option
from labapp.servers.diagnosis import Diagnosis, Failure
from labapp.servers.kinds.told import Told
from labapp.servers.kinds.usual import CALLED
from labapp.servers.kinds.uwsgi.configured import configured
from labapp.servers.kinds.uwsgi.signals import NOTES

ROUTER = Role("router", "R")
_BINARY = ("--socket", "-s", "--uwsgi-socket", "--fastcgi-socket", "--scgi-socket")
# Where it looks for modules besides.
_ELSEWHERE = (
    *("--chdir", "--pythonpath", "--python-path", "--pp"),
    *("--virtualenv", "--venv", "--home", "-H", "--pyhome"),
)
_PROCESSES = ("--processes", "--workers", "-p")
# What names no application, nor where one is named.
_BARE = frozenset({*_PROCESSES, "--master", "-M", "--threads", "--enable-threads"})
_VALUE = re.compile(r"\d+|[\w.]*:\d+")
_TRUE = frozenset({"true", "1", "yes", "on", ""})
# Not where others have been loaded, or none was to be.
_UNLOADED = re.compile(r"^unable to load app \d+ [\s\S]*\*\*\* no app loaded", re.MULTILINE)


class Uwsgi(Told):
    """What the lab knows about uWSGI."""

    name = "uWSGI"
    notes = NOTES
    served_by = MappingProxyType({"factory": CALLED})
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
        return configured(self.command)

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
        number = (self.given(_PROCESSES) or ["1"])[-1]
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
        numbers = {one: self.given((one,))[-1:] for one in (*_PROCESSES, "--threads")}
        if wrong := next((one for one, last in numbers.items() if last and not last[0].isdecimal()), None):
            return Diagnosis(
                f"uWSGI wants a number after {wrong}, and not {numbers[wrong][0]!r}.", "write how many."
            )
        if none := next((one for one in _PROCESSES if numbers[one] == ["0"]), None):
            return Diagnosis(f"uWSGI was asked for no process ({none}): nobody would answer.", "ask for one.")
        if (folders := self.given(("--chdir",))) and not (self.command.cwd / folders[-1]).is_dir():
            return Diagnosis(
                f"There is no directory {folders[-1]!r} (--chdir).",
                "correct it: a relative one begins where the server is launched, cwd=.",
            )
        if module := self._absent():
            from labapp.servers.diagnosis import missing_module  # noqa: PLC0415 (a launch can do without)

            return missing_module(module, self.command, "")
        return super().refusal() or self._unnamed()

    def _unnamed(self) -> Diagnosis | None:
        """Return that nothing says what to serve: uWSGI would start, and answer with a 500."""
        bare = _BARE.union(self.address_options)
        words = self.command.arguments
        plain = (word.partition("=")[0] in bare or _VALUE.fullmatch(word) for word in words)
        if self.asks or self._configured or not all(plain):
            return None
        return Diagnosis(
            "The command does not say which application to serve.",
            f"name a module, a colon, and the application in it: {self.command.typed} --module shop:app",
        )

    def _absent(self) -> str:
        """Return the module to serve if there is none: uWSGI would start, and answer with a 500."""
        module = "".join(self.given(("--module", "-w", "--wsgi"))[-1:]).partition(":")[0]
        if not re.fullmatch(r"\w+(\.\w+)*", module) or self.asks or self.given(_ELSEWHERE):
            return ""
        own = self.command.environment.get("PYTHONPATH", "").split(os.pathsep)
        places = [str(self.command.cwd / place) for place in (".", *own)]
        return "" if PathFinder.find_spec(module.partition(".")[0], [*places, *sys.path]) else module

    def read_log(self, failure: Failure) -> Diagnosis | None:
        """Return what uWSGI alone says so."""
        from labapp.servers.kinds.uwsgi.failures import read_log  # noqa: PLC0415 (a launch can do without)

        return read_log(failure, self.command, self.given) or super().read_log(failure)
