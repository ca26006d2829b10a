"""Nginx: the learner's configuration, and what an instance without privileges needs around it."""
