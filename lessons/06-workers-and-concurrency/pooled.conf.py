"""Settings for accounts.py: each worker opens a pool of its own, when it is about to serve."""

raw_env = ["OPEN_LATER=yes"]


def post_worker_init(_worker):
    """Called in each worker, when it has the application and before its first request."""
    import accounts  # noqa: PLC0415 (only the worker can)

    accounts.open_pool()
