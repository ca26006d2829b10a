"""The same thing done at several servers at the same time."""

from concurrent.futures import ThreadPoolExecutor

from labapp import lab


def launched(commands, **options):
    """Launch several servers at the same time; return them by the same names."""
    with ThreadPoolExecutor(len(commands)) as pool:
        starting = {name: pool.submit(lab.launch, command, **options) for name, command in commands.items()}
    return {name: future.result() for name, future in starting.items()}


def stop(servers):
    """Stop them all."""
    for web in servers.values():
        web.stop()


def at_once(function, servers):
    """Call the function with each server and its name, all at the same time; return the results, by name."""
    with ThreadPoolExecutor(len(servers)) as pool:
        found = {name: pool.submit(function, web, name) for name, web in servers.items()}
    return {name: future.result() for name, future in found.items()}
