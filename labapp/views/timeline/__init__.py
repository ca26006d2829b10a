"""A timeline as a picture and as text."""
