"""What the lab knows about each kind of server."""
