"""A load as a picture and as text, and its progress while it runs."""
