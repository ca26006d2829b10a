"""A Django application that raises while it is imported."""

import django

raise ValueError("no database") if django else None
