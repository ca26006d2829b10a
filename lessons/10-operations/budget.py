"""Who waits for whom, and how long: one bar each, the innermost last."""

from html import escape

WIDTH, ROW, LEFT = 520, 30, 110


class Budget:
    """Limits in seconds by name, from the outside to the inside."""

    def __init__(self, **limits):
        self.limits = limits

    def faults(self):
        """Name each that is not longer than the next one inside it."""
        pairs = zip(self.limits.items(), list(self.limits.items())[1:], strict=False)
        return [
            f"{outer} gives up after {patience} s, {inner} goes on for {longer} s"
            for (outer, patience), (inner, longer) in pairs
            if patience <= longer
        ]

    def __repr__(self):
        """Return it as text."""
        unit = 40 / max(self.limits.values())
        return "\n".join(f"{name:12} {'█' * round(s * unit):40} {s} s" for name, s in self.limits.items())

    def _repr_svg_(self):
        """Return it as a picture."""
        unit = (WIDTH - LEFT - 60) / max(self.limits.values())
        height = ROW * len(self.limits) + 10
        limits = ", ".join(f"{name} {seconds} s" for name, seconds in self.limits.items())
        told = f"Limits from the outside to the inside: {escape(limits)}"
        rows = []
        for number, (name, seconds) in enumerate(self.limits.items()):
            top, width = 5 + number * ROW, seconds * unit
            rows.append(
                f'<text x="{LEFT - 8}" y="{top + 16}" text-anchor="end">{escape(name)}</text>'
                f'<rect x="{LEFT}" y="{top}" width="{width:.0f}" height="22" rx="3" fill="#0b57d0"/>'
                f'<text x="{LEFT + width + 8:.0f}" y="{top + 16}">{seconds} s</text>'
            )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" viewBox="0 0 {WIDTH} {height}" '
            f'role="img" aria-label="{told}" font-family="sans-serif" font-size="14" fill="#1b1f24">'
            f"<title>{told}</title>{''.join(rows)}</svg>"
        )
