"""What a notebook shows: the process tree, the log, the palette of signals."""
