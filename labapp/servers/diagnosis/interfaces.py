"""What a server cannot call as an application, as the failure of that call tells.

It may be one of another interface, or a factory that makes one.
"""

import re
from collections.abc import Mapping

from labapp.servers.diagnosis.failure import Diagnosis

_CALL = re.compile(
    r"TypeError: \S+\(\) (?:missing \d required positional arguments?: .+"
    r"|takes \d positional arguments? but \d were given)"
)
_FACTORY = re.compile(
    r"TypeError: (?P<name>\S+)\(\) takes (?:from )?0 (?:to \d )?positional arguments? "
    r"but \d (?:was|were) given"
)
# A server that takes a name as it stands finds none with parentheses.
_BY_CALL = re.compile(
    r"(?:Attribute \"|has no attribute '|invalid format: '[\w.]+:)(?P<name>[\w.]+)\(\)[\"']"
)
_NO_CALLABLE = "TypeError: 'module' object is not callable"
_RSGI = re.compile(r"\w+Error: .*RSGIHTTP(?:Scope|Protocol)")
# The line of a server that calls the application: self.app(scope, receive, send).
_CALLING = re.compile(r"(?:\w|\))\((?:\w+\.)?(?P<first>environ|scope)\b(?P<rest>.*)\)")
_ELSE = {
    "WSGI": "put an adapter around it, such as a2wsgi.WSGIMiddleware",
    "ASGI": "take an ASGI server",
    "factory": "name what a module makes of it: app = {factory}()",
}


def misfit(log: str, name: str, remedies: Mapping[str, str]) -> tuple[str, str]:
    """Return what is wrong, and what to try; two empty strings if nothing is.

    `remedies` are what a server's command says to have an application of some interface served, or one that
    a factory makes.
    """
    if _NO_CALLABLE in log:
        return f"{name} was given a module, and no application in it", "write its name after a colon"
    lines = [line for line in log.splitlines() if line.strip(" ^~")]
    if factory := _factory(lines):
        advice = remedies.get("factory") or _ELSE["factory"]
        return (
            f"{name} calls {factory}() for each request, and it only makes the application",
            advice.format(factory=factory),
        )
    application, spoken = _interfaces([line.strip() for line in lines])
    if not application:
        return "", ""
    return (
        f"{name} calls the application by {spoken}, and it is one of {application}",
        remedies.get(application) or _ELSE[application],
    )


def uncalled(log: str, name: str, remedies: Mapping[str, str]) -> Diagnosis | None:
    """Return how a factory is named to a server that looked for one called `create_app()`, with the call."""
    if not (found := _BY_CALL.search(log)):
        return None
    factory, advice = found["name"], remedies.get("factory")
    return Diagnosis(
        f"{name} takes a factory by its name, and {factory}() is its call.",
        f"leave out the parentheses, and {advice}."
        if advice
        else f"{_ELSE['factory'].format(factory=factory)}.",
    )


def _factory(lines: list[str]) -> str:
    """Return the name of what takes no argument, and is called as an application is."""
    for n, line in enumerate(lines):
        if found := _FACTORY.match(line.strip()):
            before = lines[n - 1] if n else ""
            # A server in C has no frame of its own.
            if _CALLING.search(before) or not before.startswith(" "):
                return found["name"].rpartition(".")[2]
    return ""


def _interfaces(lines: list[str]) -> tuple[str, str]:
    """Return that of the application, and the one by which it is called."""
    for n, line in enumerate(lines):
        if _RSGI.match(line):
            return "WSGI", "RSGI"
        if not _CALL.match(line):
            continue
        if calling := _CALLING.search(lines[n - 1] if n else ""):
            if calling["rest"].endswith(".proto"):
                return "ASGI", "RSGI"
            return ("ASGI", "WSGI") if calling["first"] == "environ" else ("WSGI", "ASGI")
        if line.endswith(" 'send'"):  # A server in C has no frame of its own.
            return "ASGI", "WSGI"
    return "", ""
