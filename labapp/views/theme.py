"""The colours, in light and in dark: one list for the live view's style sheet and for static pictures."""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "paper": "#ffffff",
    "ink": "#1b1f24",
    "soft": "#57606a",
    "line": "#d0d7de",
    "edge": "#7d8590",
    "card": "#f6f8fa",
    "log": "#fbfcfd",
    "track": "#dfe4ea",
    "master": "#0b57d0",
    "master-ink": "#ffffff",
    "busy": "#9a4c00",
    "born": "#1a7f37",
    "dead": "#b3261e",
    "mark": "#ddeaff",
}
DARK: Mapping[str, str] = {
    "paper": "#14171b",
    "ink": "#e6edf3",
    "soft": "#9fa9b4",
    "line": "#363d46",
    "edge": "#747d88",
    "card": "#1c2128",
    "log": "#181c21",
    "track": "#303841",
    "master": "#7ab0ff",
    "master-ink": "#0c1a2e",
    "busy": "#f0a04b",
    "born": "#5ec97a",
    "dead": "#ff8a80",
    "mark": "#22344f",
}
SANS = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"
MONO = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def style_sheet(rules: str) -> str:
    """Return the live view's style sheet: `rules` after the colours that they name.

    JupyterLab says which theme it wears; any other page follows the reader's system.
    """
    light, dark = (_variables(colours) for colours in (LIGHT, DARK))
    elsewhere = f"body:not([data-jp-theme-light]) .labapp-live {{ {dark} }}"
    return (
        f".labapp-live {{ {light} --sans: {SANS}; --mono: {MONO}; }}\n"
        f'[data-jp-theme-light="false"] .labapp-live {{ {dark} }}\n'
        f"@media (prefers-color-scheme: dark) {{ {elsewhere} }}\n{rules}"
    )


def _variables(colours: Mapping[str, str]) -> str:
    return " ".join(f"--{name}: {value};" for name, value in colours.items())
