"""All servers of the lesson: the command of each, and how they are started and stopped together."""

from concurrent.futures import ThreadPoolExecutor

from labapp import lab

COMMANDS = {
    "wsgiref": "python serve.py",
    "Flask's own": "flask --app shop run",
    "Gunicorn": "gunicorn shop:app",
    "Gunicorn, threads": "gunicorn shop:app --threads 10",
    "uWSGI": "uwsgi --module shop:app --master",
    "Waitress": "waitress-serve shop:app",
    "Uvicorn": "uvicorn shop:app --interface wsgi",
    "Hypercorn": "hypercorn wsgi:shop:app",
    "Granian": "granian --interface wsgi shop:app",
    "Daphne": "daphne by_a2wsgi:app",
}

PACKAGES = {
    "wsgiref": None,
    "Flask's own": "werkzeug",
    "Gunicorn": "gunicorn",
    "uWSGI": "pyuwsgi",
    "Waitress": "waitress",
    "Uvicorn": "uvicorn",
    "Hypercorn": "hypercorn",
    "Granian": "granian",
    "Daphne": "daphne",
}
"""The package that each comes with; none for what is in Python's standard library."""


def launched(commands, **options):
    """Launch several servers, four at a time; return them by the same names."""
    with ThreadPoolExecutor(4) as pool:
        started = [pool.submit(lab.launch, command, **options) for command in commands.values()]
        return dict(zip(commands, (each.result() for each in started), strict=True))


def stop(servers):
    """Stop several servers at the same moment."""
    with ThreadPoolExecutor(len(servers)) as pool:
        list(pool.map(lambda web: web.stop(timeout=1), servers.values()))


def at_once(function, servers):
    """Call a function with each server, all at the same moment; return the results by the same names."""
    with ThreadPoolExecutor(len(servers)) as pool:
        return dict(zip(servers, pool.map(function, servers.values()), strict=True))
