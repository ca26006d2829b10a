"""Gunicorn: how it is bound, what it tells, what its signals do, why it fails."""
