"""What the operating system says: processes, their sockets, and announcements of what becomes of them."""
