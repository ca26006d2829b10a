"""A process tree as a picture and as text."""
