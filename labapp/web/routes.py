"""What an application serves, in the words of its own views."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask


@dataclass(frozen=True)
class Route:
    """One path, the methods it takes, and the first line of its view's docstring."""

    path: str
    methods: frozenset[str]
    summary: str
    variable: bool

    @property
    def link(self) -> str:
        """The path seen from the page at "/": relative, for a proxy that serves it all under a prefix."""
        return "." + self.path


def routes(app: Flask) -> list[Route]:
    """Return the routes of `app` in the order in which they were registered, without its static files."""
    return [
        Route(
            path=rule.rule,
            methods=frozenset(rule.methods or ()) - {"HEAD", "OPTIONS"},
            summary=(app.view_functions[rule.endpoint].__doc__ or "").strip().partition("\n")[0],
            variable=bool(rule.arguments),
        )
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
    ]
