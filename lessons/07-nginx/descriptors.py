"""How many descriptors a process may have: one for each connection, file and pipe that it holds."""

import resource


def allow(wanted):
    """Raise this process's own limit to so many, as far as the system lets it; return what it then is.

    What it starts afterwards inherits the limit.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return soft
