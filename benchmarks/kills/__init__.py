"""Workers that are killed while a notebook watches them, and where the milliseconds go meanwhile."""
