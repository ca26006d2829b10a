"""The elements of an SVG picture."""
