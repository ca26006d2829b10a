"""What a notebook shows: the process tree and the live view of a server."""
