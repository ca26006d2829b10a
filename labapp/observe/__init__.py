"""What the operating system and the servers say: the process tree and its events."""
