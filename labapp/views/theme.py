"""The colours, in light and in dark, and which box has which: for the live view and for static pictures."""

from __future__ import annotations

from collections.abc import Mapping

# Each in light and in dark.
COLOURS: Mapping[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#14171b"),
    "ink": ("#1b1f24", "#e6edf3"),
    "soft": ("#57606a", "#9fa9b4"),
    "line": ("#d0d7de", "#363d46"),
    "edge": ("#7d8590", "#747d88"),
    "card": ("#f6f8fa", "#1c2128"),
    "log": ("#fbfcfd", "#181c21"),
    "track": ("#dfe4ea", "#303841"),
    "master": ("#0b57d0", "#7ab0ff"),
    "master-ink": ("#ffffff", "#0c1a2e"),
    "busy": ("#9a4c00", "#f0a04b"),
    "born": ("#1a7f37", "#5ec97a"),
    "dead": ("#b3261e", "#ff8a80"),
    "mark": ("#ddeaff", "#22344f"),
}
LIGHT: Mapping[str, str] = {name: light for name, (light, _) in COLOURS.items()}
DARK: Mapping[str, str] = {name: dark for name, (_, dark) in COLOURS.items()}
# Where the reader's system forces colours upon all pages: states are told by words and marks alone.
FORCED: Mapping[str, str] = dict.fromkeys(COLOURS, "CanvasText") | {
    **dict.fromkeys(("paper", "card", "log", "mark", "master-ink"), "Canvas"),
    **dict.fromkeys(("line", "track"), "GrayText"),
    "master": "LinkText",
}
# The colour of a process's box by its role, then by its state: the last that fits counts; else "edge".
OUTLINES: Mapping[str, str] = {
    "master": "master",
    "server": "master",
    "born": "born",
    "dead": "dead",
    "stopped": "busy",
    "traced": "busy",
    "zombie": "busy",
}
SANS = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"
MONO = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def style_sheet(rules: str, root: str = ".labapp-live") -> str:
    """Return a widget's style sheet: `rules` after the colours that they name, for what is within `root`.

    JupyterLab says which theme it wears; any other page follows the reader's system.
    """
    light, dark = (_variables(colours) for colours in (LIGHT, DARK))
    elsewhere = f"body:not([data-jp-theme-light]) {root} {{ {dark} }}"
    return (
        f"{root} {{ {light} --sans: {SANS}; --mono: {MONO}; }}\n"
        f'[data-jp-theme-light="false"] {root} {{ {dark} }}\n'
        f"@media (prefers-color-scheme: dark) {{ {elsewhere} }}\n"
        f"@media (forced-colors: active) {{ :root body {root} {{ {_variables(FORCED)} "
        # All are the system's already: left alone, no plate hides letters, and no border shows that is none.
        f"forced-color-adjust: none; }} {root} input {{ forced-color-adjust: auto; }} }}\n{rules}"
    )


def follow(picture: str) -> str:
    """Return a picture whose colours are those of the page around it, in light or in dark."""
    for name, colour in LIGHT.items():  # White is paper, which comes first.
        picture = picture.replace(f'"{colour}"', f'"var(--{name})"')
    return picture


def box_rules() -> str:
    """Return the rules that give each box of the live view its `--outline`, of border and state."""
    return "".join(
        f'.labapp-live .ll-box:is([data-role="{which}"], [data-state="{which}"]) '
        f"{{ --outline: var(--{colour}); }}\n"
        for which, colour in OUTLINES.items()
    )


def _variables(colours: Mapping[str, str]) -> str:
    return " ".join(f"--{name}: {value};" for name, value in colours.items())
