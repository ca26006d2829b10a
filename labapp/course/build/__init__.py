"""Notebooks from lessons: composed, executed, kept where nothing changed."""
