"""An application that raises while it is imported."""

raise ValueError("no database")
