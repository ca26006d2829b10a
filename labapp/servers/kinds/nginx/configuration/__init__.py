"""The learner's configuration: a template filled in, read as Nginx reads it, and the file made around it."""
