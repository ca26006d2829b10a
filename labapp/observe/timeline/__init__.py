"""What happened to a server, in order of time."""
