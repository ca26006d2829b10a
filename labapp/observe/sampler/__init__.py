"""The side process that watches a server, and what it says."""
